@preconcurrency import Dispatch
import Glibc

/// Signals as something to wait for. The default action is switched off for good: a process that waits for SIGINT once
/// decides itself what SIGINT means.
package enum Signals {
    package static func first(of numbers: [Int32]) async {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        let sources = numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        for await _ in stream { break }
        for source in sources { source.cancel() }
    }
}
