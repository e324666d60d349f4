import Coordinator
import Foundation
import LinuxSystem
import Measures
import Synchronization

/// What takes longer than two seconds says so, on standard error: once where lines stay, else each second in place.
enum Patience {
    private static let silent: Int64 = 2

    /// - Parameters:
    ///   - what: "judging"
    ///   - quiet: nothing is said.
    static func during<Value>(_ what: String, quiet: Bool = false, _ body: () throws -> Value) rethrows
        -> Value
    {
        guard !quiet else { return try body() }
        let begun = Clocks.monotonic()
        let isOver = Mutex(false)
        let seconds = Mutex<Int64>(0)
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now() + .seconds(Int(silent)), repeating: .seconds(1))
        timer.setEventHandler {
            isOver.withLock { isOver in
                guard !isOver else { return }
                let now = (Clocks.monotonic() - begun) / 1_000_000_000
                let isFirst = seconds.withLock { last in
                    defer { last = now }
                    return last == 0
                }
                switch Console.kind {
                case .live: say("\r\(what): \(now) s\u{1b}[K")
                case .plain: if isFirst { say("\(what) …\n") }
                }
            }
        }
        timer.resume()
        defer {
            timer.cancel()
            isOver.withLock { isOver in
                isOver = true
                if Console.kind == .live, seconds.withLock({ $0 }) > 0 { say("\r\u{1b}[K") }
            }
        }
        return try body()
    }

    private static func say(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
