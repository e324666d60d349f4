import Coordinator
import Foundation
import LinuxSystem
import Measures
import Synchronization

/// What takes longer than two seconds says so, on standard error: once where lines stay, else each second in place.
final class Patience: Sendable {
    private static let silent = 2

    private enum State {
        case silent
        case told
        case over
    }

    private let what: String
    private let begun = Clocks.monotonic()
    private let state = Mutex(State.silent)
    private let ticking = Mutex<Task<Void, Never>?>(nil)

    /// - Parameters:
    ///   - what: "judging"
    ///   - quiet: nothing is said.
    static func during<Value>(_ what: String, quiet: Bool = false, _ body: () throws -> Value) rethrows
        -> Value
    {
        guard !quiet else { return try body() }
        let patience = Patience(what)
        defer { patience.end() }
        return try body()
    }

    /// - Parameter what: "asking 200 agents"
    static func during<Value>(_ what: String, _ body: () async throws -> Value) async rethrows -> Value {
        let patience = Patience(what)
        defer { patience.end() }
        return try await body()
    }

    private init(_ what: String) {
        self.what = what
        ticking.withLock {
            $0 = Task.detached { [self] in
                try? await Task.sleep(for: .seconds(Self.silent))
                while !Task.isCancelled {
                    tell()
                    try? await Task.sleep(for: .seconds(1))
                }
            }
        }
    }

    private func tell() {
        state.withLock { state in
            guard state != .over else { return }
            switch Console.kind {
            case .live: Self.say("\r\(what): \((Clocks.monotonic() - begun) / 1_000_000_000) s\u{1b}[K")
            case .plain: if state == .silent { Self.say("\(what) …\n") }
            }
            state = .told
        }
    }

    private func end() {
        ticking.withLock { $0?.cancel() }
        state.withLock { state in
            if Console.kind == .live, state == .told { Self.say("\r\u{1b}[K") }
            state = .over
        }
    }

    private static func say(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
