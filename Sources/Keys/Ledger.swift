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
    private let file: LineFile

    /// Lines that are no entry, a torn one for example, are left out.
    init(folder: String) throws {
        file = LineFile("\(folder)/issued.jsonl", most: .max, files: 1)
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let isThere = FileManager.default.fileExists(atPath: file.path)
        let text = isThere ? try FileContents.text(file.path, limit: 256 << 20) : ""
        entries = text.split(separator: "\n").compactMap {
            try? decoder.decode(Entry.self, from: Data($0.utf8))
        }
    }

    /// On the disk when it returns. One line in one go: whoever issues beside this one loses nothing.
    mutating func add(_ entry: Entry) throws {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try file.append(Array(try encoder.encode(entry)), sync: true)
        entries.append(entry)
    }
}
