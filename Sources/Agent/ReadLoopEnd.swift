import NIOCore

/// Ends the read loop of a connection that is over. swift-nio-http2 (1.46.0) keeps the streams that it read for in a list until
/// the end of the loop; a connection that ends within it, by a frame that is wrong after a call, would hold itself in memory by
/// that list for ever, 28 KB each.
final class ReadLoopEnd: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    func channelInactive(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        context.fireChannelInactive()
    }

    /// What is done with a connection that was accepted, and that its read loop is ended, before all other handlers.
    static func watched(
        _ accept: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) -> @Sendable (any Channel) -> EventLoopFuture<Void> {
        { channel in
            accept(channel).flatMapThrowing {
                try channel.pipeline.syncOperations.addHandler(ReadLoopEnd(), position: .first)
            }
        }
    }
}
