@preconcurrency import Dispatch
import Glibc

/// Signals as something to wait for. The default action is switched off for good: a process that waits for SIGINT once
/// decides itself what SIGINT means.
package struct Signals: Sendable {
    private let stream: AsyncStream<Void>
    private let sources: [any DispatchSourceSignal]

    /// Heard from when this returns, not from when somebody waits: one that came in between would be lost, or end the
    /// process as if nobody had asked.
    package init(_ numbers: [Int32]) {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        let isRegistered = DispatchGroup()
        self.stream = stream
        sources = numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            isRegistered.enter()
            source.setRegistrationHandler { isRegistered.leave() }
            source.resume()
            return source
        }
        isRegistered.wait()
    }

    /// Waits for one; at most once.
    package func first() async {
        for await _ in stream { break }
        for source in sources { source.cancel() }
    }
}
