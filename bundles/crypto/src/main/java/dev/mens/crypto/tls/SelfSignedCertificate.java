package dev.mens.crypto.tls;

import dev.mens.crypto.IdentityCertificate;
import dev.mens.crypto.PublicKey;
import dev.mens.crypto.Signer;
import dev.mens.crypto.Verifier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/// X.509 around the node's Ed25519 key (RFC 8410).
@Component
public final class SelfSignedCertificate implements IdentityCertificate {
    private static final AlgorithmIdentifier ED25519 =
            new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.3.101.112"));

    private static final Time ALWAYS = new Time(new ASN1GeneralizedTime("20000101000000Z"));

    /// RFC 5280, section 4.1.2.5: no well-defined end.
    private static final Time FOR_EVER = new Time(new ASN1GeneralizedTime("99991231235959Z"));

    private final Signer signer;
    private final Verifier verifier;

    @Activate
    public SelfSignedCertificate(@Reference Signer signer, @Reference Verifier verifier) {
        this.signer = signer;
        this.verifier = verifier;
        Security.addProvider(new NodeKeyProvider());
    }

    @Deactivate
    void forget() {
        Security.removeProvider(NodeKeyProvider.NAME);
    }

    @Override
    public X509Certificate certificate() throws IOException {
        var body = body(signer.publicKey());
        var signature = new DERBitString(signer.sign(body.getEncoded(ASN1Encoding.DER)));
        var whole = new DERSequence(new ASN1Encodable[] {body, ED25519, signature}).getEncoded();
        try {
            var factory = CertificateFactory.getInstance("X.509");
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(whole));
        } catch (CertificateException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public PrivateKey handle() {
        return new NodeKey(signer);
    }

    @Override
    public PublicKey keyOf(X509Certificate certificate) throws CertificateException {
        var info = SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded());
        boolean ours = info.getAlgorithm().equals(ED25519);
        var bytes = info.getPublicKeyData().getOctets();
        if (!ours || bytes.length != PublicKey.BYTES) {
            throw new CertificateException("its key is not Ed25519");
        }
        var key = new PublicKey(bytes);
        if (!verifier.verify(key, certificate.getTBSCertificate(), certificate.getSignature())) {
            throw new CertificateException("it is not signed by its own key");
        }
        return key;
    }

    private static TBSCertificate body(PublicKey key) {
        var name = new X500Name("CN=" + key);
        var generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(new BigInteger(1, key.bytes()).shiftRight(97)));
        generator.setSignature(ED25519);
        generator.setIssuer(name);
        generator.setSubject(name);
        generator.setStartDate(ALWAYS);
        generator.setEndDate(FOR_EVER);
        generator.setSubjectPublicKeyInfo(new SubjectPublicKeyInfo(ED25519, key.bytes()));
        return generator.generateTBSCertificate();
    }
}
