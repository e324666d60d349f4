import NIOCore
import NIOSSL
import NIOTLS

/// Sits behind a connection's TLS: gives it a time to prove who is there, and says once what came of it.
final class HandshakeWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    enum Outcome {
        case proven
        case failed(any Error)
        case late
        /// It was never let in.
        case full
    }

    private let limit: TimeAmount?
    private var tell: ((Outcome) -> Void)?
    private var alarm: Scheduled<Void>?

    /// `limit`: nil: it is closed at once.
    init(limit: TimeAmount?, tell: @escaping (Outcome) -> Void) {
        self.limit = limit
        self.tell = tell
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        guard let limit else {
            say(.full)
            return channel.close(promise: nil)
        }
        alarm = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
            self.say(.late)
            channel.close(promise: nil)
        }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { say(.proven) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An end that is merely abrupt is not an error of the handshake.
        say(.failed(error))
        context.fireErrorCaught(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.cancel()
        tell = nil
        context.fireChannelInactive()
    }

    private func say(_ outcome: Outcome) {
        alarm?.cancel()
        tell?(outcome)
        tell = nil
    }
}
