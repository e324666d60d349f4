import Glibc
import NIOCore

/// Who opened a Unix socket, as the kernel knows it. C: `struct ucred` of SO_PEERCRED, unix(7).
struct SocketPeer: Sendable {
    let pid: Int32
    let uid: UInt32
    let gid: UInt32

    /// On the channel's event loop; nothing is told of this process itself, whose watchdog calls too.
    static func record(of channel: any Channel, in audit: AuditLog?) -> EventLoopFuture<Void> {
        if let audit, let options = channel as? any SocketOptionProvider {
            let peer: EventLoopFuture<SocketPeer> = options.unsafeGetSocketOption(
                level: .socket,
                name: .init(rawValue: SO_PEERCRED)
            )
            peer.whenSuccess { peer in
                guard peer.pid != getpid() else { return }
                audit.note(.connect, .done, who: "uid \(peer.uid)", from: "pid \(peer.pid)")
            }
        }
        return channel.eventLoop.makeSucceededVoidFuture()
    }
}
