import Foundation
import Testing

@testable import Processes

@Suite struct LogTailTests {
    private func append(_ text: String, to path: String) throws {
        let file = try #require(FileHandle(forWritingAtPath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
    }

    private func look(_ tail: inout LogTail) -> [String] {
        tail.look().lines.map { String(decoding: $0, as: UTF8.self) }
    }

    private func isOpen(_ path: String) -> Bool { LogTail(path).isOpen }

    @Test("what stood there before is not told, each later line once, when it is whole")
    func whole() throws {
        try ScratchFolder.with { folder in
            let path = "\(folder)/log"
            try ScratchFolder.write("old\nhalf", to: path)
            var tail = LogTail(path)
            #expect(look(&tail).isEmpty)
            try append(" a line\nnext\r\n\nlast", to: path)
            #expect(look(&tail) == [" a line", "next", ""])
            #expect(look(&tail).isEmpty)
            try append("!\n", to: path)
            #expect(look(&tail) == ["last!"])
        }
    }

    @Test("a file that comes later, is cut off or replaced, is read from its beginning")
    func follows() throws {
        try ScratchFolder.with { folder in
            let path = "\(folder)/log"
            var tail = LogTail(path)
            #expect(look(&tail).isEmpty)
            try ScratchFolder.write("first\n", to: path)
            tail.follow()
            #expect(look(&tail) == ["first"])
            #expect(truncate(path, 0) == 0)
            try append("x\n", to: path)
            tail.follow()
            #expect(look(&tail) == ["x"])
            // As logrotate does: the service opens a new file a moment later.
            #expect(rename(path, "\(path).1") == 0)
            tail.follow()
            try append("still the old one\n", to: "\(path).1")
            #expect(look(&tail) == ["still the old one"])
            try ScratchFolder.write("new\n", to: path)
            tail.follow()
            #expect(look(&tail) == ["new"])
            tail.follow()
            #expect(look(&tail).isEmpty)
        }
    }

    @Test("a line without end costs no memory, and the next one is whole")
    func endless() throws {
        try ScratchFolder.with { folder in
            let path = "\(folder)/log"
            try ScratchFolder.write("", to: path)
            var tail = LogTail(path)
            try append(String(repeating: "x", count: 3_000_000), to: path)
            while !tail.look().isAtEnd {}
            try append("\nafter\n", to: path)
            let lines = tail.look().lines
            #expect(lines.map(\.count) == [LogTail.longest, 5])
        }
    }

    @Test("however the bytes come, the lines are the same", arguments: 0..<50)
    func anyPieces(seed: Int) throws {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<2_000).map { _ in UInt8.random(in: 0...20, using: &random) + 5 }
        let text = String(decoding: bytes, as: UTF8.self) + "\n"
        // Line feeds are among them, and so are returns, which end a line only before one.
        let expected = text.utf8.split(separator: 10, omittingEmptySubsequences: false).dropLast()
            .map { $0.last == 13 ? Array($0.dropLast()) : Array($0) }
        try ScratchFolder.with { folder in
            let path = "\(folder)/log"
            try ScratchFolder.write("", to: path)
            var tail = LogTail(path)
            var lines: [[UInt8]] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...300, using: &random))
                rest = rest.dropFirst(piece.count)
                try append(String(decoding: piece, as: UTF8.self), to: path)
                if Bool.random(using: &random) { lines += tail.look().lines }
            }
            lines += tail.look().lines
            #expect(lines == expected.map { Array($0) })
        }
    }

    @Test("a folder, a device or a socket is no log")
    func noFile() {
        #expect(!isOpen("/tmp"))
        #expect(!isOpen("/dev/zero"))
    }
}
