/// Whether an agent and a coordinator understand each other: of the same major version, the agent as new as the
/// coordinator or one minor version older. Agents are updated after coordinators, one host at a time.
package enum VersionMatch: Sendable, Equatable {
    case fits
    case agentTooOld
    case agentTooNew
    /// Not three numbers.
    case unreadable

    package init(agent: String, coordinator: String) {
        guard let agent = Self.parts(agent), let coordinator = Self.parts(coordinator) else {
            self = .unreadable
            return
        }
        if agent.major != coordinator.major {
            self = agent.major < coordinator.major ? .agentTooOld : .agentTooNew
        } else if agent.minor > coordinator.minor {
            self = .agentTooNew
        } else {
            self = coordinator.minor - agent.minor <= 1 ? .fits : .agentTooOld
        }
    }

    /// With the remedy; nil: they fit.
    package func words(agent: String, coordinator: String) -> String? {
        let versions = "its agent is version \(agent), this faultline \(coordinator)"
        return switch self {
        case .fits: nil
        case .agentTooOld: "\(versions): too old; install \(coordinator) on the host"
        case .agentTooNew: "\(versions): too new; install \(agent) here"
        case .unreadable: "\(versions), which cannot be compared; install the same on both"
        }
    }

    /// "1.2.3", "1.2.3-rc1".
    private static func parts(_ text: String) -> (major: Int, minor: Int)? {
        let core = text.prefix { $0 != "-" && $0 != "+" }
        let numbers = core.split(separator: ".", omittingEmptySubsequences: false).map { part in
            part.utf8.allSatisfy { (48...57).contains($0) } ? Int(part) : nil
        }
        guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], numbers[2] != nil else {
            return nil
        }
        return (major, minor)
    }
}
