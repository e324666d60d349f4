import CLinux
import Glibc
import LinuxSystem

/// A process that puts stress on its host and cannot outlive its agent: the kernel kills it with its parent, the end of
/// its input ends it, and so does its own timer at the end of window or lease. What it holds is gone with it.
///
/// Arguments: the agent's pid, then the task (`StressTask.arguments`). Orders come by standard input, answers go to
/// standard output, see `StressOrder`.
package enum StressWorker {
    /// Ends the process. 0: it did as told; 2: wrong arguments; 6: it could not.
    package static func run(arguments: [String]) -> Never {
        signal(SIGPIPE, SIG_IGN)
        guard let parent = arguments.first.flatMap({ Int32($0) }),
            let task = StressTask(arguments: Array(arguments.dropFirst()))
        else {
            say(.refused("wrong arguments: \(arguments.joined(separator: " "))"))
            exit(2)
        }
        _ = clinux_set_parent_death_signal(SIGKILL)
        // It died before that was in force.
        if getppid() != parent { exit(6) }
        // Should memory run out, the kernel takes this process and not one of the host's.
        try? FileContents.write("1000", toExisting: "/proc/self/oom_score_adj")
        do {
            let work = try StressWork(task)
            say(.ready)
            try obey(work)
        } catch {
            say(.refused("\(error)"))
            exit(6)
        }
    }

    /// Until the window or the lease is over, or the agent's end of the line is closed.
    private static func obey(_ work: StressWork) throws -> Never {
        let poller = try Poller(capacity: 4)
        let timer = try Timer()
        try poller.add(STDIN_FILENO, token: 0, .readable)
        try poller.add(timer.number, token: 1, .readable)
        var unread: [UInt8] = []
        var end: Int64?
        while true {
            var isOver = false
            try poller.wait(timeoutNanoseconds: -1) { event in
                if event.token == 1 { isOver = timer.clear() || isOver }
                if event.token == 0 { isOver = !take(&unread) || isOver }
            }
            while let order = next(&unread) {
                switch order {
                case .go(let start, let windowEnd, let lease):
                    guard end == nil else { continue }
                    end = windowEnd
                    try timer.arm(at: min(windowEnd, lease))
                    // A lease that ends before the start: there is nothing to begin.
                    if min(windowEnd, lease) > Clocks.monotonic() { try work.begin(at: start) }
                case .lease(let until):
                    if let end { try timer.arm(at: min(end, until)) }
                case .tell: say(.report(work.report()))
                }
            }
            if isOver {
                say(.report(work.report()))
                _exit(0)
            }
        }
    }

    /// False at the end of the input.
    private static func take(_ unread: inout [UInt8]) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = read(STDIN_FILENO, &chunk, chunk.count)
        if count < 0 { return errno == EINTR || errno == EAGAIN }
        unread += chunk[..<count]
        // No order is that long: whoever writes this is no agent.
        return count > 0 && unread.count < 65_536
    }

    private static func next(_ unread: inout [UInt8]) -> StressOrder? {
        while let newline = unread.firstIndex(of: 0x0a) {
            let line = String(decoding: unread[..<newline], as: UTF8.self)
            unread.removeSubrange(...newline)
            if let order = StressOrder(line) { return order }
        }
        return nil
    }

    /// Nobody may listen any more: that is no error.
    private static func say(_ answer: StressAnswer) {
        let bytes = Array((answer.line + "\n").utf8)
        _ = write(STDOUT_FILENO, bytes, bytes.count)
    }
}
