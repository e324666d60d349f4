import LinuxSystem
import Recording

/// What services write to their logs, told as it is found.
extension RunSession {
    func reportLogMarks() async {
        while !Task.isCancelled, !isClosed {
            tellLogMarks()
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    func tellLogMarks() {
        for finding in logWatch?.taken() ?? [] {
            switch finding {
            case .mark(let mark, let span): emit(.logMark(mark), from: span.from, to: span.to)
            case .trouble(let text): emit(.note(kind: .marksMissing, text: text), at: Clocks.monotonic())
            }
        }
    }
}
