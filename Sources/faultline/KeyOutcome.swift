import ArgumentParser
import Foundation
import Keys
import Measures

/// A certificate that was issued, as the commands tell of it.
struct KeyOutcome: Encodable {
    let role: String
    let name: String
    let serial: String
    let expires: String
    let folder: String

    init(_ identity: Identity, serial: String, expires: Date, folder: String) {
        (role, name) = (identity.role.rawValue, identity.name)
        (self.serial, self.expires, self.folder) = (serial, expires.utc, folder)
    }

    func tell(json: Bool) throws {
        if json { return try Console.json(self) }
        Console.print("issued \(role)/\(name), serial \(serial), counts until \(expires): \(folder)")
        switch role {
        case "agent":
            Console.print("copy the folder to the host, and name it there by keys: in agent.yaml, or --keys")
        case "coordinator":
            Console.print("give it by --keys \(folder); the hosts' policies must say coordinators: [\(name)]")
        default:
            Console.print("give it by --keys \(folder); the hosts' policies must say operators: [\(name)]")
        }
    }
}

/// One line of `keys list`.
struct KeyRow: Encodable {
    let role: String
    let name: String
    let serial: String
    let expires: String
    /// "counts", "expired" or "revoked".
    let state: String
    let addresses: [String]

    init(_ entry: Ledger.Entry, _ authority: Authority, now: Date) {
        (role, name, serial, addresses) = (entry.role, entry.name, entry.serial, entry.addresses)
        expires = entry.expires.utc
        let isRevoked = authority.revoked.entries.contains { $0.serial.text == entry.serial }
        state = isRevoked ? "revoked" : entry.expires <= now ? "expired" : "counts"
    }

    var text: String {
        let whom = addresses.isEmpty ? "" : "  \(addresses.joined(separator: " "))"
        return "\(state)  until \(expires)  \(role)/\(name)  \(serial)\(whom)"
    }
}

/// "30d", "12h", "90m": how long a certificate counts, a minute to ten years.
struct Validity: ExpressibleByArgument {
    let value: Duration

    init(_ value: Duration) { self.value = value }

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
        guard let unit = argument.last.flatMap({ units[$0] }), let count = Int64(argument.dropLast()),
            (1...315_360_000).contains(count), (1...315_360_000).contains(count * unit)
        else { return nil }
        value = .seconds(count * unit)
    }

    var defaultValueDescription: String { "\(value.components.seconds / 86400)d" }
}
