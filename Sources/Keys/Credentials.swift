import Crypto
package import Foundation
import LinuxSystem
import SwiftASN1
package import X509

/// A bundle, read: who its owner is, and with which key and certificate it shows that.
package struct Credentials: Sendable {
    package let folder: String
    package let identity: Identity
    package let certificate: Certificate
    /// The authority's.
    package let authority: Certificate
    /// PEM.
    let key: String
    let clients = ClientEnd()

    /// Errors: a file that is missing or unreadable, a private key that everybody on this machine may read, files that do not
    /// belong together. Nothing of the key is in their words.
    package init(folder: String) throws {
        self.folder = folder
        let bundle = Bundle(folder: folder)
        for file in [KeyFile.certificate, KeyFile.key, KeyFile.authority, KeyFile.revoked] {
            guard FileManager.default.fileExists(atPath: bundle.path(file)) else {
                throw KeyError(
                    "missing",
                    "\(bundle.path(file)) is not there; a folder of keys is made by faultline keys issue, and copied whole"
                )
            }
        }
        try Self.checkPrivate(bundle.path(KeyFile.key))
        key = try FileContents.text(bundle.path(KeyFile.key))
        do {
            certificate = try Certificate(pemEncoded: FileContents.text(bundle.path(KeyFile.certificate)))
            authority = try Certificate(pemEncoded: FileContents.text(bundle.path(KeyFile.authority)))
        } catch let error as SystemError {
            throw error
        } catch {
            throw KeyError(
                "unreadable",
                "\(folder): a certificate there is no PEM file; copy the folder again"
            )
        }
        guard let own = try? P256.Signing.PrivateKey(pemRepresentation: key),
            certificate.publicKey == Certificate.PrivateKey(own).publicKey
        else {
            throw KeyError(
                "mixed",
                "\(folder): key.pem is not the key of certificate.pem; copy the folder again, all of it"
            )
        }
        guard let identity = Identity(of: certificate) else {
            throw KeyError(
                "foreign",
                "\(folder)/certificate.pem is not a certificate of Faultline's; faultline keys issue makes one"
            )
        }
        self.identity = identity
    }

    /// Errors: of another role, or no longer valid.
    package func check(is roles: [Role], now: Date = Date()) throws(KeyError) {
        guard roles.contains(identity.role) else {
            throw KeyError(
                "role",
                "\(folder) holds the key of \(identity.text), which is no key for \(roles[0].article); issue one by faultline "
                    + "keys issue\(roles[0].flag)"
            )
        }
        try Trust.checkTime(of: certificate, identity, now: now)
    }

    private static func checkPrivate(_ path: String) throws {
        guard FileStamp(path)?.isOpenToAll == false else {
            throw KeyError("open", "\(path) may be read by everybody on this machine; run chmod 600 \(path)")
        }
    }
}

extension Role {
    /// "an agent".
    var article: String { self == .coordinator ? "a coordinator" : "an \(rawValue)" }
    /// What `keys issue` is told.
    var flag: String {
        switch self {
        case .agent: " HOST"
        case .coordinator: " --coordinator NAME"
        case .operator: " --operator NAME"
        }
    }
}
