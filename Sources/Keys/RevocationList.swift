import Crypto
package import Foundation
import SwiftASN1
package import X509

/// Certificates that count no more, signed by the authority: an X.509 CRL (RFC 5280, section 5), so that other programs read
/// it too (`openssl crl -in revoked.pem -text`). Numbered: a later list has a higher number.
package struct RevocationList: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let serial: Certificate.SerialNumber
        package let revoked: Date
    }

    package let number: UInt64
    package let issued: Date
    package let entries: [Entry]
    /// What the signature is over, and the signature.
    private let body: ArraySlice<UInt8>
    private let signature: ArraySlice<UInt8>

    package func revocation(of serial: Certificate.SerialNumber) -> Date? {
        entries.first { $0.serial == serial }?.revoked
    }

    package func isSigned(by authority: Certificate) -> Bool {
        authority.publicKey.isValidSignature(signature, for: body, signatureAlgorithm: .ecdsaWithSHA256)
    }

    // MARK: writing

    private static let algorithm: ASN1ObjectIdentifier = [1, 2, 840, 10045, 4, 3, 2]
    private static let numberExtension: ASN1ObjectIdentifier = [2, 5, 29, 20]

    /// `until`: the next update at the latest; the authority's end, since a list counts until there is a later one.
    static func pem(
        number: UInt64,
        entries: [Entry],
        issuer: DistinguishedName,
        issued: Date,
        until: Date,
        key: Certificate.PrivateKey
    ) throws -> String {
        var body = DER.Serializer()
        try body.appendConstructedNode(identifier: .sequence) { coder in
            try coder.serialize(1)
            try coder.appendConstructedNode(identifier: .sequence) { try $0.serialize(algorithm) }
            try coder.serialize(issuer)
            try issued.serialize(into: &coder)
            try until.serialize(into: &coder)
            if !entries.isEmpty {
                try coder.appendConstructedNode(identifier: .sequence) { coder in
                    for entry in entries {
                        try coder.appendConstructedNode(identifier: .sequence) { coder in
                            try coder.serialize(entry.serial.bytes)
                            try entry.revoked.serialize(into: &coder)
                        }
                    }
                }
            }
            try coder.serialize(explicitlyTaggedWithTagNumber: 0, tagClass: .contextSpecific) { coder in
                try coder.appendConstructedNode(identifier: .sequence) { coder in
                    try coder.appendConstructedNode(identifier: .sequence) { coder in
                        try coder.serialize(numberExtension)
                        var value = DER.Serializer()
                        try value.serialize(Int64(number))
                        try coder.serialize(ASN1OctetString(contentBytes: value.serializedBytes[...]))
                    }
                }
            }
        }
        let signed = body.serializedBytes
        let signature = try key.sign(bytes: signed, signatureAlgorithm: .ecdsaWithSHA256)
        var whole = DER.Serializer()
        try whole.appendConstructedNode(identifier: .sequence) { coder in
            coder.serializeRawBytes(signed)
            try coder.appendConstructedNode(identifier: .sequence) { try $0.serialize(algorithm) }
            try coder.serialize(ASN1BitString(bytes: signature.rawRepresentation[...]))
        }
        return PEMDocument(type: "X509 CRL", derBytes: whole.serializedBytes).pemString + "\n"
    }

    // MARK: reading

    /// Errors: not a list that this program could have written.
    package init(pem: String) throws(KeyError) {
        do {
            let document = try PEMDocument(pemString: pem)
            guard document.discriminator == "X509 CRL" else {
                throw KeyError("list", "it is a \(document.discriminator)")
            }
            try self.init(der: document.derBytes)
        } catch {
            throw KeyError(
                "list",
                "the list of revoked certificates cannot be read; copy revoked.pem of the authority's folder again"
            )
        }
    }

    private init(der: [UInt8]) throws {
        let parts = try DER.sequence(try DER.parse(der), identifier: .sequence) { nodes in
            guard let body = nodes.next(), nodes.next() != nil, let signature = nodes.next() else {
                throw KeyError("list", "too short")
            }
            return (body: body, signature: try ASN1BitString(derEncoded: signature))
        }
        body = parts.body.encodedBytes
        signature = parts.signature.bytes
        (issued, entries, number) = try DER.sequence(parts.body, identifier: .sequence) { nodes in
            guard let version = nodes.next(), try Int(derEncoded: version) == 1, nodes.next() != nil,
                nodes.next() != nil, let issued = nodes.next(), nodes.next() != nil, var next = nodes.next()
            else { throw KeyError("list", "too short") }
            var entries: [Entry] = []
            if next.identifier == .sequence {
                entries = try Self.entries(next)
                guard let extensions = nodes.next() else { throw KeyError("list", "no number") }
                next = extensions
            }
            return (try Date(der: issued), entries, try Self.number(next))
        }
    }

    private static func entries(_ node: ASN1Node) throws -> [Entry] {
        try DER.sequence(node, identifier: .sequence) { nodes in
            var entries: [Entry] = []
            while let node = nodes.next() {
                entries.append(
                    try DER.sequence(node, identifier: .sequence) { nodes in
                        guard let serial = nodes.next(), let revoked = nodes.next() else {
                            throw KeyError("list", "an entry without a date")
                        }
                        return Entry(
                            serial: .init(bytes: try ArraySlice<UInt8>(derEncoded: serial)),
                            revoked: try Date(der: revoked)
                        )
                    }
                )
            }
            return entries
        }
    }

    private static func number(_ node: ASN1Node) throws -> UInt64 {
        try DER.explicitlyTagged(node, tagNumber: 0, tagClass: .contextSpecific) { node in
            try DER.sequence(node, identifier: .sequence) { nodes in
                guard let only = nodes.next() else { throw KeyError("list", "no number") }
                return try DER.sequence(only, identifier: .sequence) { nodes in
                    guard let id = nodes.next(), let value = nodes.next(),
                        try ASN1ObjectIdentifier(derEncoded: id) == numberExtension
                    else { throw KeyError("list", "no number") }
                    let text = try ASN1OctetString(derEncoded: value)
                    let number = try Int64(derEncoded: try DER.parse(text.bytes))
                    guard number >= 0 else { throw KeyError("list", "a negative number") }
                    return UInt64(number)
                }
            }
        }
    }
}
