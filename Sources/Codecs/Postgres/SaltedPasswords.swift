import CryptoExtras
import Synchronization

/// The key that SCRAM makes of a password: thousands of hash rounds, the same for all connections of one user, so they are
/// done once (RFC 5802, section 3: a client may keep it).
final class SaltedPasswords: Sendable {
    /// More would keep the load from its requests for longer than a second.
    static let mostRounds = 1_000_000

    private struct Key {
        let salt: [UInt8]
        let rounds: Int
        let bytes: [UInt8]
    }

    private let last = Mutex<Key?>(nil)

    /// Hi(password, salt, rounds) of RFC 5802, section 2.2, which is PBKDF2 (RFC 8018, 5.2). nil: it cannot be derived.
    func key(password: [UInt8], salt: [UInt8], rounds: Int) -> [UInt8]? {
        guard (1...Self.mostRounds).contains(rounds), !salt.isEmpty else { return nil }
        return last.withLock { last in
            if let last, last.salt == salt, last.rounds == rounds { return last.bytes }
            let derived = try? KDF.Insecure.PBKDF2.deriveKey(
                from: password,
                salt: salt,
                using: .sha256,
                outputByteCount: 32,
                unsafeUncheckedRounds: rounds
            )
            let bytes = derived?.withUnsafeBytes { Array($0) }
            if let bytes { last = Key(salt: salt, rounds: rounds, bytes: bytes) }
            return bytes
        }
    }
}
