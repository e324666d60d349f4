import Foundation
import LinuxSystem
import Testing

/// A file of lines loses no whole line to a crash, and takes no more room than it was given.
struct LineFileTests {
    private func withPath(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fl-lines-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.appending(path: "audit.jsonl").path)
    }

    @Test func aTornLineDoesNotSpoilTheNext() throws {
        try withPath { path in
            try LineFile(path, most: 10_000, files: 2).append(Array("first".utf8), sync: true)
            // Somebody died while he wrote.
            try FileContents.writeAtomically(try FileContents.read(path) + Array("sec".utf8), to: path)
            let file = LineFile(path, most: 10_000, files: 2)
            try file.append(Array("third".utf8))
            try file.append(Array("fourth".utf8))
            #expect(try FileContents.text(path) == "first\nsec\nthird\nfourth\n")
        }
    }

    @Test func filesTurnAtTheirSizeAndTheOldestGoes() throws {
        try withPath { path in
            let file = LineFile(path, most: 100, files: 3)
            for number in 0..<100 { try file.append(Array("line \(number), of ten or so".utf8)) }
            let names = [path, "\(path).1", "\(path).2"]
            let texts = try names.map { try FileContents.text($0) }
            #expect(
                texts.allSatisfy { !$0.isEmpty && $0.utf8.count <= 100 && $0.hasSuffix("\n") },
                "\(texts)"
            )
            #expect(!FileManager.default.fileExists(atPath: "\(path).3"))
            // In order, with no gap, from the oldest that is kept to the newest.
            let numbers = texts.reversed().joined().split(separator: "\n").compactMap {
                Int($0.dropFirst(5).prefix { $0.isNumber })
            }
            #expect(numbers.last == 99)
            #expect(numbers == Array((100 - numbers.count)..<100), "\(numbers)")
        }
    }

    @Test func aLinkInItsPlaceIsNotFollowed() throws {
        try withPath { path in
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "\(path).elsewhere")
            #expect(throws: SystemError.self) { try LineFile(path, most: 100, files: 2).append([65]) }
            #expect(!FileManager.default.fileExists(atPath: "\(path).elsewhere"))
        }
    }
}
