import NIOSSL
import SwiftASN1
import X509

extension Credentials {
    /// TLS 1.3 and nothing older, HTTP/2, and both ends show a certificate. Names are checked by `Trust`, not here: an
    /// identity is a role and a name, whatever the address.
    func settings(isServer: Bool) throws -> NIOSSLContext {
        let chain = [NIOSSLCertificateSource.certificate(try certificate.ssl)]
        let key = NIOSSLPrivateKeySource.privateKey(
            try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
        )
        var settings =
            isServer
            ? TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
            : TLSConfiguration.makeClientConfiguration()
        settings.certificateChain = chain
        settings.privateKey = key
        settings.minimumTLSVersion = .tlsv13
        settings.applicationProtocols = ["h2"]
        settings.trustRoots = .certificates([try authority.ssl])
        settings.certificateVerification = .noHostnameVerification
        return try NIOSSLContext(configuration: settings)
    }
}

extension Certificate {
    fileprivate var ssl: NIOSSLCertificate {
        get throws {
            var coder = DER.Serializer()
            try coder.serialize(self)
            return try NIOSSLCertificate(bytes: coder.serializedBytes, format: .der)
        }
    }

    /// The one that the peer showed first: its own.
    init(leafOf shown: [NIOSSLCertificate]) throws(KeyError) {
        guard let leaf = shown.first, let bytes = try? leaf.toDERBytes(),
            let certificate = try? Certificate(derEncoded: bytes)
        else { throw KeyError("none", "it showed no certificate that can be read") }
        self = certificate
    }
}
