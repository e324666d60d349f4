import SwiftASN1
package import X509

// Words of this target. The *authority* is a key of the operator's that signs certificates and nothing else; its folder never
// leaves the operator's machine. What it *issues* to one host or person is a *bundle*: a folder with a private key, its
// certificate, the authority's certificate and the list of revoked ones. A certificate says one *identity*: a role and a name.
// *Trust* is what a bundle's owner believes of others' certificates: the authority's signature, the time, the list.

/// What a key is for. One key has one role: an agent's cannot command another agent.
package enum Role: String, Sendable, Hashable, CaseIterable {
    /// Serves: holds one host's faults.
    case agent
    /// Calls agents: runs experiments.
    case coordinator
    /// Calls agents: asks how they are, and halts.
    case `operator`
}

/// Who a certificate says that its owner is: a URI among its subject alternative names, `faultline://ROLE/NAME`
/// (RFC 5280, section 4.2.1.6).
package struct Identity: Sendable, Hashable {
    package let role: Role
    package let name: String

    /// Errors: a name that is not letters, digits, `-`, `_` and `.`, at most 64, the first a letter or digit.
    package init(_ role: Role, _ name: String) throws(KeyError) {
        guard Self.isName(name) else {
            throw KeyError(
                "name",
                "\"\(name.prefix(80).filter { $0.isASCII && !$0.isWhitespace })\" is no name for a key; expected letters, "
                    + "digits, - _ and ., at most 64, the first a letter or digit"
            )
        }
        self.role = role
        self.name = name
    }

    package var uri: String { "faultline://\(role.rawValue)/\(name)" }
    /// "the coordinator laptop".
    package var text: String { "the \(role.rawValue) \(name)" }

    init?(uri: String) {
        guard uri.hasPrefix("faultline://") else { return nil }
        let parts = uri.dropFirst(12).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let role = Role(rawValue: String(parts[0])), Self.isName(String(parts[1]))
        else { return nil }
        self.role = role
        name = String(parts[1])
    }

    /// What a certificate says; nil: not one of Faultline's, or of more than one identity.
    package init?(of certificate: Certificate) {
        guard let names = try? certificate.extensions.subjectAlternativeNames else { return nil }
        let said = names.compactMap { name -> String? in
            guard case .uniformResourceIdentifier(let uri) = name else { return nil }
            return uri
        }
        guard said.count == 1, let identity = Identity(uri: said[0]) else { return nil }
        self = identity
    }

    private static func isName(_ name: String) -> Bool {
        let isPlain = { (byte: UInt8) in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        let others = Array("-_.".utf8)
        return (1...64).contains(name.utf8.count) && name.utf8.first.map(isPlain) == true
            && name.utf8.allSatisfy { isPlain($0) || others.contains($0) }
    }
}
