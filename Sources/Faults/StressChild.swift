import LinuxSystem
import Measures
import Processes
import Stress
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// One stress worker and the line to it.
final class StressChild: Sendable {
    let task: StressTask
    let process: ProcessHandle
    private let line: OwnedDescriptor
    private let unread = Mutex<[UInt8]>([])

    /// Parked. From a thread that lives as long as the worker is to.
    init(_ task: StressTask, executable: String) throws {
        var ends: [Int32] = [0, 0]
        try SystemError.check("socketpair") {
            socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0, &ends)
        }
        defer { close(ends[0]) }
        line = OwnedDescriptor(owning: ends[1])
        self.task = task
        process = try Spawner.spawn(
            Command([executable, "stress-worker", "\(getpid())"] + task.arguments, directory: "/"),
            descriptors: .init(input: ends[0], output: ends[0])
        )
    }

    func say(_ order: StressOrder) throws {
        let bytes = Array((order.line + "\n").utf8)
        let written = send(line.number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        guard written == bytes.count else {
            throw FaultError("fault.stress", "the stress worker \(process.pid) does not listen: \(task.text)")
        }
    }

    /// Errors: it refuses, with its reason; it says nothing within ten seconds.
    func awaitReady() throws {
        switch answer(within: 10_000) {
        case .ready: return
        case .refused(let reason): throw FaultError("fault.stress", "\(task.text): \(reason)")
        case .report, nil:
            throw FaultError("fault.stress", "the stress worker for \(task.text) did not start")
        }
    }

    /// What it has used so far; of one that has ended what it said last. nil: nothing was heard.
    func report() -> StressReport? {
        if process.isAlive { try? say(.tell) }
        var last: StressReport?
        while case .report(let report)? = answer(within: last == nil ? 1000 : 0) { last = report }
        return last
    }

    private func answer(within milliseconds: Int32) -> StressAnswer? {
        unread.withLock { unread in
            while true {
                if let newline = unread.firstIndex(of: 0x0a) {
                    let text = String(decoding: unread[..<newline], as: UTF8.self)
                    unread.removeSubrange(...newline)
                    if let answer = StressAnswer(text) { return answer }
                    continue
                }
                var poll = pollfd(fd: line.number, events: Int16(POLLIN), revents: 0)
                guard Glibc.poll(&poll, 1, milliseconds) == 1 else { return nil }
                var chunk = [UInt8](repeating: 0, count: 4096)
                let count = read(line.number, &chunk, chunk.count)
                guard count > 0, unread.count < 65_536 else { return nil }
                unread += chunk[..<count]
            }
        }
    }
}
