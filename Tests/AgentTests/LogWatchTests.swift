import AgentProtocol
import Foundation
import LinuxSystem
import Recording
import SwiftProtobuf
import Testing

@testable import Agent

@Suite struct LogWatchTests {
    private func watched(_ path: String, _ marks: [String: String]) throws -> WatchedLog {
        try #require(
            try WatchedLog(
                .with {
                    $0.name = "db"
                    $0.logPath = path
                    $0.marks = marks.sorted { $0.key < $1.key }.map { name, pattern in
                        .with {
                            $0.name = name
                            $0.pattern = pattern
                        }
                    }
                }
            )
        )
    }

    private func folder(_ body: (String) throws -> Void) throws {
        let path = "/tmp/fl-test-\(getpid())-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test("a mark's interval holds the instant at which its line was written")
    func instants() throws {
        try folder { folder in
            let path = "\(folder)/log"
            let file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
            defer { close(file) }
            let watch = try LogWatch([watched(path, ["tick": "^tick"])])
            var written: [(from: Int64, to: Int64)] = []
            for number in 0..<100 {
                Clocks.sleepUntil(monotonic: Clocks.monotonic() + Int64.random(in: 0...5_000_000))
                let line = Array("\(number % 4 == 0 ? "other" : "tick") \(number)\n".utf8)
                let before = Clocks.monotonic()
                #expect(write(file, line, line.count) == line.count)
                if number % 4 != 0 { written.append((before, Clocks.monotonic())) }
            }
            watch.stop()
            let marks = watch.taken().compactMap { finding -> (LogMark, LocalSpan)? in
                guard case .mark(let mark, let span) = finding else { return nil }
                return (mark, span)
            }
            #expect(marks.count == 75)
            for ((mark, span), write) in zip(marks, written) {
                #expect(span.from <= write.to && write.from <= span.to, "\(mark.line)")
            }
            #expect(watch.taken().isEmpty)
        }
    }

    @Test("a line with two patterns is two marks; what a terminal would obey is not kept")
    func several() throws {
        try folder { folder in
            let path = "\(folder)/log"
            try "".write(toFile: path, atomically: false, encoding: .utf8)
            let watch = try LogWatch([watched(path, ["a": "rea[d]y", "b": "\\bport \\d+"])])
            let file = open(path, O_WRONLY | O_APPEND)
            let line = Array("\u{1b}[31mready on port 80\u{7}\n".utf8)
            #expect(write(file, line, line.count) == line.count)
            close(file)
            watch.stop()
            let marks = watch.taken().compactMap { finding -> LogMark? in
                guard case .mark(let mark, _) = finding else { return nil }
                return mark
            }
            #expect(marks.map(\.name) == ["a", "b"])
            #expect(marks.allSatisfy { $0.line == " [31mready on port 80 " && $0.service == "db" })
        }
    }

    @Test("of a log that overflows a thousand marks are kept, and it is said; a log that never came is told")
    func bounded() throws {
        try folder { folder in
            let path = "\(folder)/log"
            try "".write(toFile: path, atomically: false, encoding: .utf8)
            let watch = try LogWatch([watched(path, ["x": "x"]), watched("\(folder)/none", ["x": "x"])])
            let file = open(path, O_WRONLY | O_APPEND)
            let lines = Array(String(repeating: "x\n", count: 3_000).utf8)
            #expect(write(file, lines, lines.count) == lines.count)
            close(file)
            watch.stop()
            let found = watch.taken()
            let troubles = found.compactMap { finding -> String? in
                guard case .trouble(let text) = finding else { return nil }
                return text
            }
            #expect(found.count - troubles.count == LogFollower.most)
            #expect(troubles.count == 2)
            #expect(troubles[0].contains("more than 1000 marks") && troubles[1].contains("\(folder)/none"))
        }
    }

    @Test("a pattern that is none is refused before a service starts")
    func badPattern() {
        #expect(throws: WireError.self) { try watched("/tmp/log", ["a": "("]) }
    }
}
