import AgentProtocol
import SwiftProtobuf

/// Requests as the audit log names them, and with this host's own interface where they name none.
extension Faultline_Agent_V1_Fault {
    /// "drop 20.000 s to 30.000 s": what, and when on the run's axis.
    var words: String {
        let kind =
            switch action {
            case .impair: "impair"
            case .drop: "drop"
            case .reset: "reset"
            case .kill: "kill"
            case .pause: "pause"
            case .restart: "restart"
            case .stress: "stress"
            case .limit: "limit"
            case .inside: "inside a container"
            case nil: "nothing"
            }
        return "\(kind) \(startNs / 1_000_000) ms to \(endNs / 1_000_000) ms"
    }
}

/// Requests that say which interface faults act on, or leave it to the host.
protocol NamesInterface {
    var interface: String { get set }
}

extension Faultline_Agent_V1_AdmitRequest: NamesInterface {}
extension Faultline_Agent_V1_OpenRunRequest: NamesInterface {}

extension NamesInterface {
    /// With this host's own where none is named.
    func on(_ interface: String) -> Self {
        guard self.interface.isEmpty else { return self }
        var request = self
        request.interface = interface
        return request
    }
}
