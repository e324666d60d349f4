import LinuxSystem
import Measures
import SwiftASN1
import X509

/// What one host or person gets: a folder with a private key (mode 0600), its certificate, the authority's certificate and the
/// list of revoked ones. It is copied as it is.
package struct Bundle: Sendable {
    package let folder: String

    package init(folder: String) {
        self.folder = folder
    }

    func path(_ file: String) -> String { "\(folder)/\(file)" }

    /// Each file in one step. The key comes first: a reader that meets the pair in between sees that they do not belong
    /// together, and keeps what it had.
    func write(certificate: Certificate, key: String, of authority: Authority) throws {
        try Directory.make(folder, mode: 0o700)
        try FileContents.writeAtomically(Array("\(key)\n".utf8), to: path(KeyFile.key), mode: 0o600)
        try FileContents.writeAtomically(
            Array("\(try certificate.serializeAsPEM().pemString)\n".utf8),
            to: path(KeyFile.certificate)
        )
        for file in [KeyFile.authority, KeyFile.revoked] {
            try FileContents.writeAtomically(
                FileContents.read("\(authority.folder)/\(file)"),
                to: path(file)
            )
        }
    }
}

extension GeneralName {
    /// An IP address or a name of DNS. Errors: neither.
    init(address: String) throws(KeyError) {
        if let bytes = AddressBytes(address)?.bytes {
            self = .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
            return
        }
        let isName = address.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) || [45, 46, 95].contains($0)
        }
        guard isName, (1...253).contains(address.utf8.count) else {
            throw KeyError(
                "address",
                "an address is neither an IP address nor a name: give 10.0.0.5 or web1.example.org"
            )
        }
        self = .dnsName(address)
    }
}
