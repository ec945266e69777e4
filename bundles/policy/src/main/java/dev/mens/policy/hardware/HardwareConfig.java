package dev.mens.policy.hardware;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
        name = "Mens hardware probe",
        description = "How long a report holds, and what the operator knows better")
@interface HardwareConfig {

    @AttributeDefinition(description = "Seconds until the machine is probed again")
    int timeToLiveSeconds() default 300;

    @AttributeDefinition(description = "Name of the accelerator; empty to keep what was probed")
    String acceleratorModel() default "";

    @AttributeDefinition(description = "Memory of the accelerator in MiB; -1 to keep")
    long acceleratorMebibytes() default -1;

    @AttributeDefinition(description = "CUDA tier, 0 to 100; -1 to keep")
    int cudaTier() default -1;

    @AttributeDefinition(description = "Metal tier, 0 to 100; -1 to keep")
    int metalTier() default -1;
}
