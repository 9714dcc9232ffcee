internal import CryptoExtras
internal import FoundationEssentials

/// The cluster's own certificate authority, as DC/OS Enterprise has one, and the certificate that it gives Admin Router for 127.0.0.1.
///
/// Both are made anew whenever the program starts and trusted by nobody but whoever is handed `authorityPEM`.
struct DemoAuthority: Sendable {
    /// The authority's certificate: what `/ca/dcos-ca.crt` gives.
    let authorityPEM: String
    let certificatePEM: String
    let keyPEM: String

    /// One for the whole process: making the keys takes a while.
    static let own = Result { try DemoAuthority() }

    private init() throws {
        let (root, key) = (try _RSA.Signing.PrivateKey(keySize: .bits2048), try _RSA.Signing.PrivateKey(keySize: .bits2048))
        let authority = Self.name("DC/OS demonstration CA")
        let basics = Self.extension([2, 5, 29, 19], isCritical: true, DER.sequence(DER.boolean(true)))
        let names = DER.sequence(DER.tagged(0x82, Array("localhost".utf8)), DER.tagged(0x87, [127, 0, 0, 1]))
        let own = try Self.certificate(of: authority, key: root.publicKey, by: authority, signedWith: root, serial: 1, extensions: basics)
        let server = try Self.certificate(
            of: Self.name("127.0.0.1"), key: key.publicKey, by: authority, signedWith: root, serial: 2,
            extensions: Self.extension([2, 5, 29, 17], isCritical: false, names))
        (authorityPEM, certificatePEM, keyPEM) = (Self.pem(own), Self.pem(server), key.pemRepresentation)
    }

    /// From before anybody's clock to after it: the demonstration's own may run far ahead.
    private static let validity = DER.sequence(DER.shortTime("200101000000Z"), DER.time("20991231235959Z"))
    /// sha256WithRSAEncryption.
    private static let algorithm = DER.sequence(DER.identifier([1, 2, 840, 113549, 1, 1, 11]), DER.null)

    private static func name(_ text: String) -> [UInt8] {
        DER.sequence(DER.set(DER.sequence(DER.identifier([2, 5, 4, 3]), DER.text(text))))
    }

    private static func `extension`(_ identifier: [Int], isCritical: Bool, _ value: [UInt8]) -> [UInt8] {
        DER.sequence(DER.identifier(identifier), isCritical ? DER.boolean(true) : [], DER.octets(value))
    }

    private static func certificate(
        of subject: [UInt8], key: _RSA.Signing.PublicKey, by issuer: [UInt8], signedWith signer: _RSA.Signing.PrivateKey, serial: UInt8, extensions: [UInt8]
    ) throws -> [UInt8] {
        let version = DER.tagged(0xA0, DER.integer([2]))
        let content = DER.sequence(
            version, DER.integer([serial]), algorithm, issuer, validity, subject, Array(key.derRepresentation), DER.tagged(0xA3, DER.sequence(extensions)))
        let signature = try signer.signature(for: Data(content), padding: .insecurePKCS1v1_5)
        return DER.sequence(content, algorithm, DER.bits(Array(signature.rawRepresentation)))
    }

    private static func pem(_ certificate: [UInt8]) -> String {
        "-----BEGIN CERTIFICATE-----\n\(Data(certificate).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed]))\n-----END CERTIFICATE-----\n"
    }
}
