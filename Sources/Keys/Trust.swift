package import Foundation
import LinuxSystem
import SwiftASN1
import Synchronization
package import X509

/// What a bundle's owner believes of others' certificates. It reads the list of revoked ones again when its file has changed;
/// one that is older, damaged or of another authority is not taken, and the last good one stays in force.
package final class Trust: Sendable {
    private let authority: Certificate
    private let path: String
    private let tell: @Sendable (String) -> Void
    private let list: Mutex<(list: RevocationList, stamp: FileStamp?)>

    /// Errors: the list cannot be read or is not the authority's.
    package init(_ credentials: Credentials, tell: @escaping @Sendable (String) -> Void) throws {
        authority = credentials.authority
        path = Bundle(folder: credentials.folder).path(KeyFile.revoked)
        self.tell = tell
        let stamp = FileStamp(path)
        list = Mutex((try Self.read(path, of: authority), stamp))
    }

    private static func read(_ path: String, of authority: Certificate) throws -> RevocationList {
        let list = try RevocationList(pem: FileContents.text(path))
        guard list.isSigned(by: authority) else {
            throw KeyError(
                "list",
                "\(path) is not signed by the authority of this folder; copy the authority's revoked.pem"
            )
        }
        return list
    }

    /// The list that is in force now.
    package var revoked: RevocationList {
        list.withLock { state in
            let stamp = FileStamp(path)
            guard stamp != state.stamp else { return state.list }
            state.stamp = stamp
            do {
                let new = try Self.read(path, of: authority)
                if new.number < state.list.number {
                    tell(
                        "\(path) is older than the list in force (\(new.number), not \(state.list.number)); it is not taken"
                    )
                } else {
                    state.list = new
                    tell("read \(path): list \(new.number), \(new.entries.count) revoked")
                }
            } catch {
                tell("\(path): \(error); the list read before stays in force")
            }
            return state.list
        }
    }

    /// Before anybody speaks: signed by the authority, made for this use, and valid now. Who it is.
    package func identity(of certificate: Certificate, now: Date = Date()) async throws(KeyError) -> Identity
    {
        guard certificate.issuer == authority.subject,
            authority.publicKey.isValidSignature(certificate.signature, for: certificate)
        else {
            throw KeyError(
                "authority",
                "its certificate is not from this authority; issue one by faultline keys issue, of the same authority for all"
            )
        }
        guard let identity = Identity(of: certificate) else {
            throw KeyError(
                "foreign",
                "its certificate names no identity of Faultline's; issue one by faultline keys issue"
            )
        }
        try Self.checkTime(of: certificate, identity, now: now)
        var verifier = Verifier(rootCertificates: CertificateStore([authority])) {
            RFC5280Policy()
        }
        guard
            case .validCertificate = await verifier.validate(
                leaf: certificate,
                intermediates: CertificateStore([])
            )
        else {
            throw KeyError(
                "chain",
                "its certificate does not verify (RFC 5280); issue a new one by faultline keys issue"
            )
        }
        let usage = try? certificate.extensions.extendedKeyUsage
        guard usage?.contains(identity.role == .agent ? .serverAuth : .clientAuth) == true else {
            throw KeyError("use", "its certificate is not made for \(identity.role.article); issue a new one")
        }
        return identity
    }

    /// At each call: still valid, and not revoked meanwhile.
    package func check(_ certificate: Certificate, _ identity: Identity, now: Date = Date()) throws(KeyError)
    {
        try Self.checkTime(of: certificate, identity, now: now)
        if let since = revoked.revocation(of: certificate.serialNumber) {
            throw KeyError(
                "revoked",
                "the certificate of \(identity.text) (serial \(certificate.serialNumber.text)) was revoked on \(since.utc); "
                    + "issue a new one by faultline keys issue"
            )
        }
    }

    static func checkTime(of certificate: Certificate, _ identity: Identity, now: Date) throws(KeyError) {
        if now > certificate.notValidAfter {
            throw KeyError(
                "expired",
                "the certificate of \(identity.text) expired on \(certificate.notValidAfter.utc); renew it by faultline keys "
                    + "renew \(identity.name), and copy the folder again"
            )
        }
        if now < certificate.notValidBefore {
            throw KeyError(
                "early",
                "the certificate of \(identity.text) is not valid before \(certificate.notValidBefore.utc), and it is "
                    + "\(now.utc) here; set this host's clock"
            )
        }
    }
}
