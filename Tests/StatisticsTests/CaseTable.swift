import Foundation
import Testing

/// Rows of a reference file, by the names of its columns. From the folder that FAULTLINE_CASES names, if set, else from
/// this target's own copy.
struct CaseTable {
    let rows: [CaseRow]

    static func data(_ name: String) throws -> Data {
        if let folder = ProcessInfo.processInfo.environment["FAULTLINE_CASES"], !folder.isEmpty {
            return try Data(contentsOf: URL(filePath: folder).appending(path: name))
        }
        let own = try #require(Bundle.module.resourceURL, "the tests' resources are missing")
        return try Data(contentsOf: own.appending(path: "Cases").appending(path: name))
    }

    init(_ name: String) throws {
        let text = try #require(String(data: Self.data(name), encoding: .utf8))
        try self.init(name: name, text: text)
    }

    /// No field of these files is quoted. CRLF is one Character in Swift, so lines end at any newline, not at "\n".
    init(name: String, text: String) throws {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        let fields = { (line: Substring) in
            line.split(separator: ",", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
        }
        guard let first = lines.first, lines.count > 1 else {
            throw CaseFileError(text: "\(name) holds no case")
        }
        let names = fields(first)
        rows = try lines.dropFirst().map { line in
            let values = fields(line)
            guard values.count == names.count else { throw CaseFileError(text: "\(name): \(line)") }
            return CaseRow(
                text: "\(name): \(line)",
                fields: Dictionary(uniqueKeysWithValues: zip(names, values))
            )
        }
    }
}

/// A file that cannot be read as cases.
struct CaseFileError: Error, Equatable {
    let text: String
}

struct CaseRow: CustomTestStringConvertible {
    let text: String
    let fields: [String: String]

    var testDescription: String { text }

    func string(_ name: String) throws -> String {
        try #require(fields[name], "\(text): no column \(name)")
    }

    func double(_ name: String) throws -> Double {
        let value = try string(name)
        return try #require(Double(value), "\(text): \(name) is no number")
    }

    func int(_ name: String) throws -> Int {
        let value = try string(name)
        return try #require(Int(value), "\(text): \(name) is no whole number")
    }

    /// nil for an empty field.
    func optionalInt(_ name: String) throws -> Int? {
        try string(name).isEmpty ? nil : int(name)
    }
}

/// Relative distance; 0 only for 0.
func distance(_ actual: Double, _ expected: Double) -> Double {
    if actual == expected { return 0 }
    guard expected != 0, actual.isFinite, expected.isFinite else { return .infinity }
    return abs(actual - expected) / abs(expected)
}

/// Records an issue that names the row when the two are further apart than 10^-10.
func expectClose(
    _ actual: Double,
    _ expected: Double,
    _ row: CaseRow,
    within tolerance: Double = 1e-10,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(
        distance(actual, expected) <= tolerance,
        "\(actual) for \(expected): \(row.text)",
        sourceLocation: sourceLocation
    )
}
