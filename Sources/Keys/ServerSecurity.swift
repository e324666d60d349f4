import Foundation
import LinuxSystem
package import NIOCore
import NIOSSL
import Synchronization
import X509

/// The agent's end of TLS: put before each connection that is accepted. A certificate that was renewed counts from the next
/// connection on.
package final class ServerSecurity: Sendable {
    package let trust: Trust
    private let folder: String
    private let limits: CallerLimits
    private let tell: @Sendable (String) -> Void
    private let refused: @Sendable (_ peer: String, _ reason: String) -> Void
    private let context: Mutex<(context: NIOSSLContext, stamp: FileStamp?)>
    private let waiting = Mutex<Waiting>(Waiting())

    private struct Waiting {
        /// Without a proven identity, oldest first.
        var strangers: [(id: ObjectIdentifier, channel: any Channel)] = []
        var connections = 0
        var since = Date.distantPast
        var lines = 0
    }

    /// `refused`: a peer that is refused before it has said anything; no more often than `limits` allow.
    /// Errors: the key is no agent's, or has expired; see `Credentials` and `Trust`.
    package init(
        _ credentials: Credentials,
        limits: CallerLimits = CallerLimits(),
        tell: @escaping @Sendable (String) -> Void,
        refused: @escaping @Sendable (_ peer: String, _ reason: String) -> Void
    ) throws {
        try credentials.check(is: [.agent])
        folder = credentials.folder
        self.limits = limits
        self.tell = tell
        self.refused = refused
        trust = try Trust(credentials, tell: tell)
        context = Mutex((try credentials.settings(isServer: true), FileStamp(Self.certificate(in: folder))))
    }

    private static func certificate(in folder: String) -> String {
        Bundle(folder: folder).path(KeyFile.certificate)
    }

    /// On the channel's event loop, before anything is read.
    package func secure(_ channel: any Channel) -> EventLoopFuture<Void> {
        let (trust, refused) = (trust, { @Sendable in self.refuse(channel, $0) })
        let context = current()
        let isFull = enter(channel)
        channel.closeFuture.whenComplete { _ in self.leave(channel) }
        return channel.eventLoop.makeCompletedFuture {
            let tls = NIOSSLServerHandler(context: context) { shown, promise in
                promise.completeWithTask {
                    do {
                        _ = try await trust.identity(of: try Certificate(leafOf: shown))
                        return .certificateVerified
                    } catch {
                        refused("\(error)")
                        return .failed
                    }
                }
            }
            let watch = HandshakeWatch(limit: isFull ? nil : limits.handshake) { outcome in
                switch outcome {
                case .proven: self.prove(channel)
                case .late:
                    refused(
                        "it did not show who it is within \(self.limits.handshake.nanoseconds / 1_000_000_000) s"
                    )
                case .failed(let error): refused(HandshakeWords.atServer(error))
                case .full: refused("\(self.limits.connections) connections are open already")
                }
            }
            try channel.pipeline.syncOperations.addHandler(tls, position: .first)
            try channel.pipeline.syncOperations.addHandler(watch, position: .after(tls))
        }
    }

    /// The pair of key and certificate that is in the folder now.
    private func current() -> NIOSSLContext {
        context.withLock { state in
            let stamp = FileStamp(Self.certificate(in: folder))
            guard stamp != state.stamp else { return state.context }
            state.stamp = stamp
            do {
                let credentials = try Credentials(folder: folder)
                try credentials.check(is: [.agent])
                state.context = try credentials.settings(isServer: true)
                tell("read the renewed certificate of \(credentials.identity.text)")
            } catch {
                tell("\(error); the certificate read before stays in use")
            }
            return state.context
        }
    }

    // MARK: who is here

    /// Whether there is no room.
    private func enter(_ channel: any Channel) -> Bool {
        let (isFull, oldest) = waiting.withLock { state -> (Bool, (any Channel)?) in
            state.connections += 1
            guard state.connections <= limits.connections else { return (true, nil) }
            state.strangers.append((ObjectIdentifier(channel), channel))
            guard state.strangers.count > limits.strangers else { return (false, nil) }
            return (false, state.strangers.removeFirst().channel)
        }
        if let oldest {
            refuse(oldest, "more than \(limits.strangers) peers have not shown who they are; it came first")
            oldest.close(promise: nil)
        }
        return isFull
    }

    private func prove(_ channel: any Channel) {
        waiting.withLock { $0.strangers.removeAll { $0.id == ObjectIdentifier(channel) } }
    }

    private func leave(_ channel: any Channel) {
        waiting.withLock { state in
            state.connections -= 1
            state.strangers.removeAll { $0.id == ObjectIdentifier(channel) }
        }
    }

    private func refuse(_ channel: any Channel, _ reason: String) {
        let address = channel.remoteAddress
        let peer = address?.ipAddress.map { "\($0) port \(address?.port ?? 0)" } ?? "a peer that is gone"
        let untold = waiting.withLock { state -> Int? in
            let now = Date()
            if now.timeIntervalSince(state.since) > 10 {
                defer { (state.since, state.lines) = (now, 1) }
                return max(0, state.lines - limits.lines)
            }
            state.lines += 1
            return state.lines <= limits.lines ? 0 : nil
        }
        guard let untold else { return }
        refused(peer, reason + (untold > 0 ? "; before it \(untold) more, not listed" : ""))
    }
}
