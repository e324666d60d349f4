import Foundation
import Testing

@testable import Coordinator

/// Where a recording may be cut so that it goes on without a gap and without a second copy.
@Suite struct ReceivedMarkTests {
    private func line(_ mark: ReceivedMark) throws -> Data {
        try RunFolder.encoder().encode(mark) + Data([0x0a])
    }

    private func marks() throws -> [ReceivedMark] {
        [
            ReceivedMark(host: "a", number: 1, lengths: ["events.jsonl": 10]),
            ReceivedMark(host: nil, number: nil, lengths: ["events.jsonl": 15]),
            ReceivedMark(host: "b", number: 1, lengths: ["x.flx": 7], load: "x", lines: "1,2,3"),
            ReceivedMark(host: "a", number: 2, lengths: ["events.jsonl": 22, "x.flx": 9]),
        ]
    }

    @Test func `the last number of each host and the last length of each file count`() throws {
        let data = try marks().map(line).reduce(Data(), +)
        let read = ReceivedMarks(data)
        #expect(read.numbers == ["a": 2, "b": 1])
        #expect(read.lengths == ["events.jsonl": 22, "x.flx": 9])
        #expect(read.waiting.map(\.lines) == ["1,2,3"])
        #expect(read.length == UInt64(data.count))
        #expect(read.length(of: "never.flx") == 0)
    }

    @Test func `killed at any byte of a mark, the marks before it count and it does not`() throws {
        let lines = try marks().map(line)
        let whole = lines.reduce(Data(), +)
        for cut in 0...whole.count {
            let read = ReceivedMarks(whole.prefix(cut))
            var length = 0
            var count = 0
            for line in lines {
                guard length + line.count <= cut else { break }
                length += line.count
                count += 1
            }
            #expect(read.length == UInt64(length), "cut at \(cut)")
            #expect(read.numbers["a"] ?? 0 == (count >= 4 ? 2 : count >= 1 ? 1 : 0), "cut at \(cut)")
        }
    }

    @Test func `bytes that are no marks end the reading and trap nothing`() throws {
        var random = SystemRandomNumberGenerator()
        let whole = try marks().map(line).reduce(Data(), +)
        for _ in 0..<2000 {
            var bytes = [UInt8](whole)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            #expect(ReceivedMarks(Data(bytes)).length <= UInt64(bytes.count))
        }
    }

    @Test func `a file that goes on is cut to its mark and grows from there`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "fl-append-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let first = try AppendedFile(file)
        try first.append(Data("0123456789".utf8))
        #expect(first.length == 10)
        let second = try AppendedFile(file, keeping: 4)
        try second.append(Data("ab".utf8))
        #expect(try Data(contentsOf: file) == Data("0123ab".utf8))
        #expect(second.length == 6)
        let new = try AppendedFile(file)
        #expect(new.length == 0)
        #expect(try Data(contentsOf: file).isEmpty)
    }
}
