import Keys

/// Who made the call that is being served.
enum Caller: Sendable, Equatable {
    /// Somebody who may open the Unix socket.
    case socket
    case peer(Identity, address: String)

    /// For the span of one call.
    @TaskLocal static var current = Caller.socket

    var address: String? {
        guard case .peer(_, let address) = self else { return nil }
        return address
    }

    /// "coordinator/laptop", "socket".
    var name: String {
        switch self {
        case .socket: "socket"
        case .peer(let identity, _): "\(identity.role.rawValue)/\(identity.name)"
        }
    }

    /// What it calls itself, behind the name that its key shows.
    func says(_ name: String) -> String {
        switch self {
        case .socket: name
        case .peer: name.isEmpty ? self.name : "\(self.name) (\(name))"
        }
    }
}
