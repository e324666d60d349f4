import Measures
import Processes
import Testing

@Suite("A line of /proc/PID/stat")
struct ProcessStatusTests {
    private struct Row: CustomTestStringConvertible {
        let why: String
        let line: String
        let name: String?
        var testDescription: String { why }
    }

    private static let tail = "1 42 7 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 123456 1 2 3"

    @Test(
        "is read whatever the command's name holds",
        arguments: [
            Row(why: "a plain name", line: "17 (nginx) S \(tail)", name: "nginx"),
            Row(why: "spaces", line: "17 (tmux: server) S \(tail)", name: "tmux: server"),
            Row(why: "a closing parenthesis", line: "17 (a) b) S \(tail)", name: "a) b"),
            Row(why: "a name that looks like fields", line: "17 (x) R 99 (y) S \(tail)", name: "x) R 99 (y"),
            Row(why: "an empty name", line: "17 () S \(tail)", name: ""),
            Row(why: "the kernel's end of line", line: "17 (nginx) S \(tail)\n", name: "nginx"),
            Row(why: "no name", line: "17 S \(tail)", name: nil),
            Row(why: "parentheses the wrong way round", line: "17 )nginx( S \(tail)", name: nil),
            Row(why: "too few fields", line: "17 (nginx) S 1 42 7", name: nil),
            Row(why: "a pid that is no number", line: "x (nginx) S \(tail)", name: nil),
            Row(why: "pid 0, which is no process", line: "0 (nginx) S \(tail)", name: nil),
            Row(why: "nothing", line: "", name: nil),
        ]
    )
    private func names(row: Row) {
        let status = ProcessStatus(parsing: row.line.utf8)
        #expect(status?.name == row.name)
        guard let status else { return }
        #expect(status.identity == ProcessIdentity(pid: 17, startTime: 123_456))
        #expect(status.parent == 1 && status.group == 42 && status.session == 7)
    }

    @Test("tells the dead from the living, and the stopped from both")
    func states() {
        let state = { (letter: String) in ProcessStatus(parsing: "17 (a) \(letter) \(Self.tail)".utf8) }
        #expect(state("Z")?.isAlive == false)
        #expect(state("X")?.isAlive == false)
        #expect(state("S")?.isAlive == true && state("S")?.isStopped == false)
        #expect(state("T")?.isStopped == true && state("t")?.isStopped == true && state("T")?.isAlive == true)
        #expect(state("q")?.state == .other)
    }

    @Test("gives back what was written, for names of any bytes")
    func roundTrip() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<10_000 {
            let name = (0..<Int.random(in: 0...15, using: &random)).map { _ in
                UInt8.random(in: 1...127, using: &random)
            }
            let pid = Int32.random(in: 1...4_194_304, using: &random)
            let start = UInt64.random(in: 0...(.max), using: &random)
            let session = Int32.random(in: 0...4_194_304, using: &random)
            let line =
                Array("\(pid) (".utf8) + name
                + Array(") R 1 2 \(session) 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 \(start) 0\n".utf8)
            let status = ProcessStatus(parsing: line)
            #expect(status?.identity == ProcessIdentity(pid: pid, startTime: start))
            #expect(status?.session == session)
            #expect(status.map { Array($0.name.utf8) } == name)
        }
    }

    @Test("is refused or read, never a crash, when bytes are changed, cut or added")
    func fuzz() {
        var random = SeededGenerator(seed: 2)
        let good = Array("17 (ng(in)x) S \(Self.tail)\n".utf8)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(min(place, bytes.count)...)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: min(place, bytes.count))
                }
            }
            if let status = ProcessStatus(parsing: bytes) {
                accepted += 1
                #expect(status.identity.pid > 0)
            }
        }
        // Some changes hit only the name: a parser that refuses everything would not be tested by this.
        #expect(accepted > 100)
    }
}
