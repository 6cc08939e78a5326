// Signs with Bouncy Castle: `java Sign.java CONTENT ALGORITHM=KEY..` writes ca.der, attached, detached and streamed into
// a folder named after each algorithm. KEY is a curve, a number of bits or Ed25519.

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.spec.ECGenParameterSpec;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.CMSSignedDataStreamGenerator;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

class Sign {
    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        byte[] content = Files.readAllBytes(Path.of(arguments[0]));
        for (int i = 1; i < arguments.length; i++) {
            String[] pair = arguments[i].split("=");
            sign(content, pair[0], pair[1], Files.createDirectory(Path.of(pair[0])));
        }
    }

    static void sign(byte[] content, String algorithm, String key, Path folder) throws Exception {
        KeyPair authority = keys(key);
        KeyPair signer = keys(key);
        X509CertificateHolder root = certificate(algorithm, authority, "CN=BC Authority", authority, "CN=BC Authority", true);
        X509CertificateHolder leaf = certificate(algorithm, authority, "CN=BC Authority", signer, "CN=BC Signer", false);
        Files.write(folder.resolve("ca.der"), root.getEncoded());

        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(signerInfo(algorithm, signer, leaf));
        generator.addCertificates(new JcaCertStore(List.of(leaf)));
        CMSProcessableByteArray data = new CMSProcessableByteArray(content);
        Files.write(folder.resolve("attached"), generator.generate(data, true).getEncoded());
        Files.write(folder.resolve("detached"), generator.generate(data, false).getEncoded());

        CMSSignedDataStreamGenerator streaming = new CMSSignedDataStreamGenerator();
        streaming.setBufferSize(16);
        streaming.addSignerInfoGenerator(signerInfo(algorithm, signer, leaf));
        streaming.addCertificates(new JcaCertStore(List.of(leaf)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = streaming.open(bytes, true)) {
            out.write(content);
        }
        Files.write(folder.resolve("streamed"), bytes.toByteArray());
    }

    static KeyPair keys(String kind) throws Exception {
        if (kind.equals("Ed25519")) {
            return KeyPairGenerator.getInstance("Ed25519", "BC").generateKeyPair();
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind.startsWith("P-") ? "EC" : "RSA", "BC");
        if (kind.startsWith("P-")) {
            generator.initialize(new ECGenParameterSpec(kind));
        } else {
            generator.initialize(Integer.parseInt(kind));
        }
        return generator.generateKeyPair();
    }

    static X509CertificateHolder certificate(
            String algorithm, KeyPair issuer, String issuerName, KeyPair subject, String subjectName, boolean isAuthority)
            throws Exception {
        long now = System.currentTimeMillis();
        Date from = new Date(now - 3_600_000L);
        Date until = new Date(now + 86_400_000L * 100);
        var builder = new JcaX509v3CertificateBuilder(
                new X500Name(issuerName), BigInteger.valueOf(isAuthority ? 1 : 2), from, until,
                new X500Name(subjectName), subject.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
        return builder.build(new JcaContentSignerBuilder(algorithm).setProvider("BC").build(issuer.getPrivate()));
    }

    static SignerInfoGenerator signerInfo(String algorithm, KeyPair signer, X509CertificateHolder leaf) throws Exception {
        var digests = new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
        var content = new JcaContentSignerBuilder(algorithm).setProvider("BC").build(signer.getPrivate());
        return new JcaSignerInfoGeneratorBuilder(digests).build(content, leaf);
    }
}
