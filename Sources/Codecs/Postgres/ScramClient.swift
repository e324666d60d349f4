import Crypto
import Foundation

/// The client's side of SCRAM-SHA-256 without channel binding (RFC 5802, section 3; RFC 7677), as PostgreSQL speaks it:
/// the user name is the start-up message's. A password is taken as it is written, without SASLprep: the same for ASCII.
struct ScramClient {
    static let mechanism = "SCRAM-SHA-256"

    private let password: [UInt8]
    private let nonce: String
    private let keys: SaltedPasswords
    /// What the server has to send in the end to show that it knows the password too.
    private var expected: [UInt8]?
    private(set) var isVerified = false

    /// - Parameter nonce: printable ASCII without a comma, never used before.
    init(password: String, nonce: String, keys: SaltedPasswords) {
        self.password = Array(password.utf8)
        self.nonce = nonce
        self.keys = keys
    }

    private var firstBare: String { "n=,r=\(nonce)" }

    /// "n": the client knows no channel binding.
    var first: [UInt8] { Array("n,,\(firstBare)".utf8) }

    /// client-final-message; nil: what the server said is no server-first-message of this exchange.
    mutating func final(_ serverFirst: [UInt8]) -> [UInt8]? {
        guard let text = String(validating: serverFirst, as: UTF8.self) else { return nil }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count >= 3, let both = Self.value(parts[0], "r"), both.hasPrefix(nonce), both != nonce,
            let salt = Self.value(parts[1], "s").flatMap({ Data(base64Encoded: $0) }),
            let rounds = Self.value(parts[2], "i").flatMap({ Int($0) }),
            let salted = keys.key(password: password, salt: Array(salt), rounds: rounds)
        else { return nil }
        // "biws" is "n,," to base 64.
        let withoutProof = "c=biws,r=\(both)"
        let message = Data("\(firstBare),\(text),\(withoutProof)".utf8)
        let clientKey = Self.hmac(salted, Data("Client Key".utf8))
        let signature = Self.hmac(Array(SHA256.hash(data: clientKey)), message)
        let proof = zip(clientKey, signature).map { $0 ^ $1 }
        expected = Self.hmac(Self.hmac(salted, Data("Server Key".utf8)), message)
        return Array("\(withoutProof),p=\(Data(proof).base64EncodedString())".utf8)
    }

    /// Whether server-final-message shows that the server knows the password.
    mutating func verify(_ serverFinal: [UInt8]) -> Bool {
        let text = String(decoding: serverFinal, as: UTF8.self)
        let signature = text.split(separator: ",").first.flatMap { Self.value($0, "v") }
            .flatMap { Data(base64Encoded: $0) }
        isVerified = expected != nil && signature.map { Array($0) } == expected
        return isVerified
    }

    private static func value(_ part: Substring, _ name: String) -> String? {
        part.hasPrefix("\(name)=") ? String(part.dropFirst(2)) : nil
    }

    private static func hmac(_ key: [UInt8], _ message: Data) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    }
}
