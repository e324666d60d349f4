import Crypto
package import Foundation
import LinuxSystem
import Measures
import SwiftASN1
package import X509

/// The operator's own certificate authority: a folder. Its private key is written once, with mode 0600.
package struct Authority: Sendable {
    package let folder: String
    package let certificate: Certificate
    let key: Certificate.PrivateKey
    package private(set) var ledger: Ledger
    package private(set) var revoked: RevocationList

    /// Validity of what it issues, where nothing else is asked for. Short: a key that is lost unnoticed ends by itself.
    package static let leafValidity = Duration.seconds(30 * 86400)
    /// Of the authority itself: five years.
    package static let ownValidity = Duration.seconds(5 * 365 * 86400)
    /// A host whose clock is behind takes a new certificate all the same.
    static let backdating = Duration.seconds(300)

    /// Makes one. Errors: the folder has one already, and `replacing` is false: with a new key, all that the old one issued
    /// is refused.
    package static func create(
        in folder: String,
        valid: Duration = ownValidity,
        replacing: Bool = false,
        now: Date = Date()
    ) throws -> Authority {
        let path = "\(folder)/\(KeyFile.authorityKey)"
        guard replacing || !FileManager.default.fileExists(atPath: path) else {
            throw KeyError(
                "exists",
                "\(folder) has an authority already; with a new one every certificate that it issued is refused. Choose "
                    + "another folder, or replace it by --force"
            )
        }
        try Directory.make(folder, mode: 0o700)
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let name = try DistinguishedName { CommonName("Faultline authority \(now.utc)") }
        let certificate = try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: key.publicKey,
            notValidBefore: now.moved(by: .zero - backdating),
            notValidAfter: now.moved(by: valid),
            issuer: name,
            subject: name,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: key.publicKey)
            },
            issuerPrivateKey: key
        )
        for old in ["issued.jsonl", KeyFile.revoked] {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(old)")
        }
        try FileContents.writeAtomically(
            Array("\(try key.serializeAsPEM().pemString)\n".utf8),
            to: path,
            mode: 0o600
        )
        try FileContents.writeAtomically(
            Array("\(try certificate.serializeAsPEM().pemString)\n".utf8),
            to: "\(folder)/\(KeyFile.authority)"
        )
        try writeList(number: 1, [], in: folder, certificate, key, now: now)
        return try Authority(folder: folder)
    }

    /// Errors: no authority there, or its files do not belong together.
    package init(folder: String) throws {
        self.folder = folder
        guard FileManager.default.fileExists(atPath: "\(folder)/\(KeyFile.authorityKey)") else {
            throw KeyError(
                "no-authority",
                "\(folder) has no authority; make one by faultline keys init, or name its folder by --keys"
            )
        }
        do {
            certificate = try Certificate(
                pemEncoded: FileContents.text("\(folder)/\(KeyFile.authority)")
            )
            key = try Certificate.PrivateKey(
                pemEncoded: FileContents.text("\(folder)/\(KeyFile.authorityKey)")
            )
        } catch let error as SystemError {
            throw error
        } catch {
            throw KeyError("unreadable", "\(folder): the authority's files are no PEM files; restore them")
        }
        guard certificate.publicKey == key.publicKey else {
            throw KeyError("mixed", "\(folder): authority.pem and authority-key.pem are not of one key")
        }
        ledger = try Ledger(folder: folder)
        revoked = try RevocationList(pem: FileContents.text("\(folder)/\(KeyFile.revoked)"))
        guard revoked.isSigned(by: certificate) else {
            throw KeyError("list", "\(folder)/\(KeyFile.revoked) is not signed by this authority")
        }
    }

    /// A new key and its certificate, as a bundle in `bundle`; what is there of an earlier one is replaced.
    /// `addresses`: an agent's, as names or IP addresses, for programs that look for them there.
    /// `now` and `valid`: from when, and how long. Errors: an address that is none, a folder that cannot be written.
    @discardableResult
    package mutating func issue(
        _ identity: Identity,
        addresses: [String] = [],
        valid: Duration = leafValidity,
        to bundle: String,
        now: Date = Date()
    ) throws -> Certificate {
        let own = P256.Signing.PrivateKey()
        let leaf = try certificate(of: identity, addresses, Certificate.PrivateKey(own).publicKey, valid, now)
        try ledger.add(
            Ledger.Entry(
                serial: leaf.serialNumber.text,
                role: identity.role.rawValue,
                name: identity.name,
                addresses: addresses,
                issued: now,
                expires: leaf.notValidAfter
            )
        )
        try Bundle(folder: bundle).write(certificate: leaf, key: own.pemRepresentation, of: self)
        return leaf
    }

    /// Errors: an address that is none.
    private func certificate(
        of identity: Identity,
        _ addresses: [String],
        _ publicKey: Certificate.PublicKey,
        _ valid: Duration,
        _ now: Date
    ) throws -> Certificate {
        let isAgent = identity.role == .agent
        let names =
            [GeneralName.uniformResourceIdentifier(identity.uri)]
            + (isAgent ? [.dnsName(identity.name)] : [])
            + (try addresses.map { try GeneralName(address: $0) })
        return try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: publicKey,
            notValidBefore: now.moved(by: .zero - Self.backdating),
            notValidAfter: min(now.moved(by: valid), certificate.notValidAfter),
            issuer: certificate.subject,
            subject: try DistinguishedName {
                OrganizationalUnitName("Faultline \(identity.role.rawValue)")
                CommonName(identity.name)
            },
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([isAgent ? .serverAuth : .clientAuth])
                SubjectAlternativeNames(names)
                AuthorityKeyIdentifier(
                    keyIdentifier: try certificate.extensions.subjectKeyIdentifier?.keyIdentifier
                )
            },
            issuerPrivateKey: key
        )
    }

    /// Serials of these certificates count no more: a name means all of its certificates that have not expired. Returns those
    /// that are new on the list; the list is on the disk then, and goes to the hosts by hand.
    package mutating func revoke(_ what: String, now: Date = Date()) throws -> [Ledger.Entry] {
        let named = ledger.entries.filter {
            ($0.name == what || "\($0.role)/\($0.name)" == what || $0.serial == what.lowercased())
        }
        guard !named.isEmpty else {
            throw KeyError(
                "unknown",
                "this authority has issued nothing to \"\(what)\", and no certificate with that serial number; see faultline "
                    + "keys list"
            )
        }
        let new = named.filter { entry in
            entry.expires > now
                && Certificate.SerialNumber(text: entry.serial).map(revoked.revocation) == .some(nil)
        }
        // What has expired is refused without the list, which stays short.
        let expired = Set(ledger.entries.filter { $0.expires <= now }.map(\.serial))
        let entries =
            revoked.entries.filter { !expired.contains($0.serial.text) }
            + new.compactMap { Certificate.SerialNumber(text: $0.serial) }.map {
                .init(serial: $0, revoked: now)
            }
        try Self.writeList(number: revoked.number + 1, entries, in: folder, certificate, key, now: now)
        revoked = try RevocationList(pem: FileContents.text("\(folder)/\(KeyFile.revoked)"))
        return new
    }

    /// The last certificate of each name, where it was not revoked; nil: of every name.
    /// Errors: a name to which nothing was issued, or whose last certificate was revoked.
    package func renewable(_ names: [String]?) throws(KeyError) -> [Ledger.Entry] {
        var last: [String: Ledger.Entry] = [:]
        for entry in ledger.entries { last["\(entry.role)/\(entry.name)"] = entry }
        let all = last.values.sorted { ($0.name, $0.role) < ($1.name, $1.role) }
        let counts = { (entry: Ledger.Entry) in
            !self.revoked.entries.contains { $0.serial.text == entry.serial }
        }
        guard let names else { return all.filter(counts) }
        var chosen: [Ledger.Entry] = []
        for name in names {
            let found = all.filter { ($0.name == name || "\($0.role)/\($0.name)" == name) && counts($0) }
            guard !found.isEmpty else {
                throw KeyError(
                    "unknown",
                    "nothing that counts was issued to \"\(name)\"; see faultline keys list, and faultline keys issue"
                )
            }
            chosen += found
        }
        return chosen
    }

    private static func writeList(
        number: UInt64,
        _ entries: [RevocationList.Entry],
        in folder: String,
        _ certificate: Certificate,
        _ key: Certificate.PrivateKey,
        now: Date
    ) throws {
        let text = try RevocationList.pem(
            number: number,
            entries: entries,
            issuer: certificate.subject,
            issued: now,
            until: certificate.notValidAfter,
            key: key
        )
        try FileContents.writeAtomically(Array(text.utf8), to: "\(folder)/\(KeyFile.revoked)")
    }
}

extension Date {
    package func moved(by duration: Duration) -> Date {
        addingTimeInterval(Double(duration.components.seconds))
    }
}
