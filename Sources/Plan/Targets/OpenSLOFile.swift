import Measures

/// The documents of an OpenSLO file (https://github.com/OpenSLO/OpenSLO, apiVersion openslo/v1) that this version knows.
struct OpenSLOFile {
    private let problems: Problems
    private let documents: [Value]

    static let subject = Subject(
        area: "openslo",
        word: "OpenSLO",
        noun: "an OpenSLO",
        beginning: "apiVersion: openslo/v1, kind: SLO, …"
    )

    /// Far more than anybody keeps in a file.
    private static let mostDocuments = 256

    init(_ text: String, fileName: String) {
        problems = Problems(source: SourceText(text, fileName: fileName, subject: Self.subject))
        let parts = Self.parts(of: text)
        guard parts.count <= Self.mostDocuments else {
            problems.add("documents", at: .start, "more than \(Self.mostDocuments) documents")
            documents = []
            return
        }
        let problems = problems
        documents = parts.compactMap { part in
            Document(source: SourceText(part, fileName: fileName, subject: Self.subject), problems: problems)
                .root()
        }
    }

    /// All targets, or all problems.
    func targets(_ use: OpenSLOUse) -> (targets: TargetsPlan, problems: Problems) {
        let reader = OpenSLOReader(reader: Reader(problems: problems), use: use)
        let objects = documents.compactMap { reader.object($0) }
        var indicators: [String: OpenSLOIndicator] = [:]
        for object in objects where object.kind == "SLI" {
            if let indicator = reader.indicator(object.spec) { indicators[object.name] = indicator }
        }
        var availability: [AvailabilityTarget] = []
        var latency: [LatencyTarget] = []
        for object in objects where object.kind == "SLO" {
            guard let found = reader.objectives(of: object, indicators: indicators) else { continue }
            availability += found.availability
            latency += found.latency
        }
        return (TargetsPlan(availability: availability, latency: latency), problems)
    }

    /// The file's documents, each where it stands: what comes before is empty lines. A line that begins with "---" ends a
    /// document wherever it stands (YAML 1.1, section 4.3.2).
    private static func parts(of text: String) -> [String] {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var parts: [String] = []
        var first = 0
        func close(at end: Int) {
            let own = lines[first..<end]
            let isEmpty = own.allSatisfy { line in
                let words = line.drop(while: \.isWhitespace)
                return words.isEmpty || words.first == "#"
            }
            if !isEmpty {
                parts.append(String(repeating: "\n", count: first) + own.joined(separator: "\n") + "\n")
            }
        }
        for (number, line) in lines.enumerated() where line == "---" || line.hasPrefix("--- ") {
            close(at: number)
            first = number + 1
        }
        close(at: lines.count)
        return parts
    }
}
