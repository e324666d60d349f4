package import Foundation
import LinuxSystem

/// What an authority issued: `issued.jsonl` in its folder, one JSON object a line, oldest first.
package struct Ledger: Sendable {
    package struct Entry: Sendable, Codable, Equatable {
        /// Hexadecimal.
        package let serial: String
        package let role: String
        package let name: String
        package let addresses: [String]
        package let issued: Date
        package let expires: Date
    }

    package private(set) var entries: [Entry]
    private let path: String

    /// Lines that are no entry, a torn last one for example, are left out.
    init(folder: String) throws {
        path = "\(folder)/issued.jsonl"
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let text = FileManager.default.fileExists(atPath: path) ? try FileContents.text(path) : ""
        entries = text.split(separator: "\n").compactMap {
            try? decoder.decode(Entry.self, from: Data($0.utf8))
        }
    }

    /// On the disk when it returns.
    mutating func add(_ entry: Entry) throws {
        entries.append(entry)
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let lines = try entries.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }
        try FileContents.writeAtomically(Array(lines.joined().utf8), to: path)
    }
}
