package import NIOCore

/// How much strangers, and friends, may take of an agent.
package struct CallerLimits: Sendable {
    /// From the connection to a proven identity.
    package var handshake = TimeAmount.seconds(10)
    /// Connections without a proven identity; one more closes the oldest of them, so that strangers who hold theirs open
    /// cannot keep out one who knows its key.
    package var strangers = 128
    /// Connections in all.
    package var connections = 512
    /// Lines about refused peers in ten seconds; the rest is counted.
    package var lines = 20

    package init() {}
}
