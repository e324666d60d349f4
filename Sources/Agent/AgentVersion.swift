/// The version that agents and coordinators tell each other.
package enum AgentVersion {
    package static let current = "0.1.0"
}
