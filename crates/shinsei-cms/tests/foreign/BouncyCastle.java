// Does the jobs in the file `jobs` of a folder with Bouncy Castle, all in one run, since starting Java is slow.
//
//   issue <algorithm> <name>                              makes <name>.pk8 and <name>.crt, issued by ca.pk8 and ca.crt
//   sign <out> <form> <placement> <id> <alg>:<name>...    signs the file `content`; several signers stand in one message
//   verify <message> <placement> <seconds>                prints "holds" or why not: signature and path, to ca.crt
//   stamped <message>                                     prints genTime in seconds of the time-stamp over its signature

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.CMSSignedDataStreamGenerator;
import org.bouncycastle.cms.CMSSignedGenerator;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TimeStampToken;

public class BouncyCastle {
    static Path folder;

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        folder = Path.of(arguments[0]);
        for (String line : Files.readAllLines(folder.resolve("jobs"))) {
            String[] job = line.split(" ");
            switch (job[0]) {
                case "issue" -> issue(job[1], job[2]);
                case "sign" -> sign(job);
                case "verify" -> System.out.println(verify(job[1], job[2], Long.parseLong(job[3])));
                case "stamped" -> System.out.println(stamped(job[1]));
                default -> throw new IllegalArgumentException(line);
            }
        }
    }

    static byte[] read(String name) throws Exception {
        return Files.readAllBytes(folder.resolve(name));
    }

    static PrivateKey key(String name) throws Exception {
        byte[] bytes = read(name + ".pk8");
        String algorithm = PrivateKeyInfo.getInstance(bytes).getPrivateKeyAlgorithm().getAlgorithm().getId();
        return KeyFactory.getInstance(algorithm, "BC").generatePrivate(new PKCS8EncodedKeySpec(bytes));
    }

    static void issue(String algorithm, String name) throws Exception {
        KeyPairGenerator generator;
        if (algorithm.startsWith("P-")) {
            generator = KeyPairGenerator.getInstance("EC", "BC");
            generator.initialize(new java.security.spec.ECGenParameterSpec(algorithm));
        } else {
            generator = KeyPairGenerator.getInstance(algorithm, "BC");
        }
        KeyPair pair = generator.generateKeyPair();
        X509CertificateHolder ca = new X509CertificateHolder(read("ca.crt"));
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
            ca.getSubject(), BigInteger.valueOf(algorithm.hashCode()).abs(), ca.getNotBefore(), ca.getNotAfter(),
            new X500Name("C=JP,O=Test,CN=Signer " + name),
            SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
        builder.addExtension(
            Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()));
        builder.addExtension(Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(ca));
        builder.addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.nonRepudiation));
        ContentSigner signer = new JcaContentSignerBuilder("SHA256withRSA").setProvider("BC").build(key("ca"));
        Files.write(folder.resolve(name + ".crt"), builder.build(signer).getEncoded());
        Files.write(folder.resolve(name + ".pk8"), pair.getPrivate().getEncoded());
    }

    static SignerInfoGenerator signer(String algorithm, String name, String id) throws Exception {
        ContentSigner signer = new JcaContentSignerBuilder(algorithm).setProvider("BC").build(key(name));
        JcaSignerInfoGeneratorBuilder builder = new JcaSignerInfoGeneratorBuilder(
            new JcaDigestCalculatorProviderBuilder().setProvider("BC").build());
        X509CertificateHolder certificate = new X509CertificateHolder(read(name + ".crt"));
        if (id.equals("serial")) {
            return builder.build(signer, certificate);
        }
        Extension keyId = certificate.getExtension(Extension.subjectKeyIdentifier);
        byte[] identifier = org.bouncycastle.asn1.x509.SubjectKeyIdentifier.getInstance(keyId.getParsedValue())
            .getKeyIdentifier();
        return builder.build(signer, identifier);
    }

    static void sign(String[] job) throws Exception {
        boolean isStream = job[2].equals("stream");
        boolean isAttached = job[3].equals("attached");
        CMSSignedGenerator generator = isStream ? new CMSSignedDataStreamGenerator() : new CMSSignedDataGenerator();
        List<X509CertificateHolder> certificates = new ArrayList<>();
        for (int at = 5; at < job.length; at++) {
            String[] parts = job[at].split(":");
            generator.addSignerInfoGenerator(signer(parts[0], parts[1], job[4]));
            certificates.add(new X509CertificateHolder(read(parts[1] + ".crt")));
        }
        generator.addCertificates(new org.bouncycastle.util.CollectionStore<>(certificates));
        byte[] message;
        if (isStream) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (var inside = ((CMSSignedDataStreamGenerator) generator).open(out, isAttached)) {
                inside.write(read("content"));
            }
            message = out.toByteArray();
        } else {
            var content = new CMSProcessableByteArray(read("content"));
            message = ((CMSSignedDataGenerator) generator).generate(content, isAttached).getEncoded(job[2]);
        }
        Files.write(folder.resolve(job[1]), message);
    }

    static String verify(String name, String placement, long seconds) {
        try {
            CMSSignedData message = placement.equals("attached")
                ? new CMSSignedData(read(name))
                : new CMSSignedData(new CMSProcessableByteArray(read("content")), read(name));
            if (!(message.getSignedContent().getContent() instanceof byte[] content)
                || !java.util.Arrays.equals(content, read("content"))) {
                return "other content";
            }
            if (message.getSignerInfos().size() == 0) {
                return "no signer";
            }
            JcaX509CertificateConverter converter = new JcaX509CertificateConverter().setProvider("BC");
            List<X509Certificate> all = new ArrayList<>();
            for (X509CertificateHolder holder : message.getCertificates().getMatches(null)) {
                all.add(converter.getCertificate(holder));
            }
            X509Certificate ca = converter.getCertificate(new X509CertificateHolder(read("ca.crt")));
            for (SignerInformation signer : message.getSignerInfos()) {
                var found = message.getCertificates().getMatches(signer.getSID());
                X509CertificateHolder holder = (X509CertificateHolder) found.iterator().next();
                if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(holder))) {
                    return "signature";
                }
                X509CertSelector target = new X509CertSelector();
                target.setCertificate(converter.getCertificate(holder));
                var parameters = new PKIXBuilderParameters(Set.of(new TrustAnchor(ca, null)), target);
                parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(all)));
                parameters.setRevocationEnabled(false);
                parameters.setDate(new Date(seconds * 1000));
                CertPathBuilder.getInstance("PKIX", "BC").build(parameters);
            }
            return "holds";
        } catch (Exception failure) {
            return failure.toString().replace('\n', ' ');
        }
    }

    static String stamped(String name) {
        try {
            CMSSignedData message = new CMSSignedData(read(name));
            SignerInformation signer = message.getSignerInfos().getSigners().iterator().next();
            var attribute = signer.getUnsignedAttributes().get(PKCSObjectIdentifiers.id_aa_signatureTimeStampToken);
            var token = new TimeStampToken(ContentInfo.getInstance(attribute.getAttrValues().getObjectAt(0)));
            byte[] imprint = MessageDigest.getInstance("SHA-256").digest(signer.getSignature());
            if (!java.util.Arrays.equals(imprint, token.getTimeStampInfo().getMessageImprintDigest())) {
                return "other imprint";
            }
            var found = token.getCertificates().getMatches(token.getSID());
            X509CertificateHolder holder = (X509CertificateHolder) found.iterator().next();
            token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(holder));
            return String.valueOf(token.getTimeStampInfo().getGenTime().getTime() / 1000);
        } catch (Exception failure) {
            return failure.toString().replace('\n', ' ');
        }
    }
}
