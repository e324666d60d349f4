import Foundation
import LinuxSystem
import Processes
import TestSupport

#if canImport(Glibc)
import Glibc
#endif

/// The program that stands in for an agent, and the line to it.
final class Worker {
    let process: ProcessHandle
    private(set) var guardian: ProcessHandle?
    private let line: OwnedDescriptor
    private var unread: [UInt8] = []

    /// Built beside the test executable.
    static func program(_ name: String) -> String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: name).path
    }

    /// Ready when it returns. Errors: it is not after 20 s, with what it said.
    init(_ path: FaultPath, id: String, in host: TestHost, folder: String, peer: String) throws {
        var ends: [Int32] = [0, 0]
        try SystemError.check("socketpair") {
            socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0, &ends)
        }
        defer { close(ends[0]) }
        line = OwnedDescriptor(owning: ends[1])
        let near = ends[0]
        process = try host.namespace.inside {
            try Spawner.spawn(
                Command(
                    [
                        Self.program("KillPointWorker"), path.rawValue, id, folder,
                        Self.program("faultline"), peer,
                    ],
                    environment: ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                    log: "\(folder)/worker.log"
                ),
                descriptors: .init(input: near, output: near)
            )
        }
        let answer = hear(within: 20_000)
        guard let answer, answer.hasPrefix("ready "), let pid = Int32(answer.dropFirst(6)) else {
            let log = (try? FileContents.text("\(folder)/worker.log")) ?? ""
            throw SystemError(
                "start a worker for \(path.rawValue)",
                refused: "\(answer ?? "no answer") \(log)"
            )
        }
        guardian = try ProcessHandle.open(pid)
    }

    /// The instant at which it was told, CLOCK_MONOTONIC.
    func go() -> Int64 {
        let now = Clocks.monotonic()
        _ = send(line.number, "go\n", 3, Int32(MSG_NOSIGNAL))
        return now
    }

    /// The next line that it says; nil: none in time (milliseconds), or it has ended.
    func hear(within milliseconds: Int32) -> String? {
        while true {
            if let newline = unread.firstIndex(of: 0x0a) {
                let text = String(decoding: unread[..<newline], as: UTF8.self)
                unread.removeSubrange(...newline)
                return text
            }
            var request = pollfd(fd: line.number, events: Int16(POLLIN), revents: 0)
            guard poll(&request, 1, milliseconds) == 1 else { return nil }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = read(line.number, &chunk, chunk.count)
            guard count > 0 else { return nil }
            unread += chunk[..<count]
        }
    }
}
