package dev.mens.dispatch;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
        name = "Mens dispatcher",
        description = "How long models stay loaded and how many streams run at once")
@interface DispatchConfig {

    @AttributeDefinition(description = "Seconds that an unused model stays loaded")
    int idleUnloadSeconds() default 300;

    @AttributeDefinition(
            description = "Streams that generate at once on this node; more wait their turn")
    int maxStreams() default 64;

    @AttributeDefinition(
            description = "Seconds that a stream waits for a new backend when it has lost its own")
    int moveGraceSeconds() default 15;
}
