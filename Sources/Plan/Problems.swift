/// Collects what is wrong while a file is read, so that its author sees all of it at once.
package final class Problems {
    /// More are counted but not kept: a file with this many is wrong as a whole.
    static let most = 50

    private let source: SourceText
    private(set) var found: [Diagnostic] = []
    private(set) var unlisted = 0

    init(source: SourceText) {
        self.source = source
    }

    package var isEmpty: Bool { found.isEmpty }
    /// Reading may stop: what follows would not be listed.
    var isFull: Bool { found.count >= Self.most }

    package func add(_ code: String, at place: Place, _ message: String, nearest: String? = nil) {
        guard !isFull else {
            unlisted += 1
            return
        }
        let (line, indent) = source.excerpt(at: place)
        let diagnostic = Diagnostic(
            file: source.fileName,
            place: place,
            code: code,
            message: message,
            nearest: nearest,
            sourceLine: line,
            indent: indent
        )
        // An aliased node is read at each of its uses, and is wrong only once.
        guard !found.contains(diagnostic) else { return }
        found.append(diagnostic)
    }

    /// Also what is wrong with a file that this one names.
    func add(from other: Problems) {
        let room = Self.most - found.count
        found += other.found.prefix(room)
        unlisted += other.unlisted + max(0, other.found.count - room)
    }

    /// nil when nothing was wrong.
    var error: PlanError? {
        guard !found.isEmpty else { return nil }
        // The file's own first, each file's in its order.
        let sorted = found.enumerated().sorted {
            let files = ($0.element.file, $1.element.file)
            guard files.0 == files.1 else {
                return files.0 == source.fileName || files.1 != source.fileName && files.0 < files.1
            }
            return ($0.element.place, $0.offset) < ($1.element.place, $1.offset)
        }
        return PlanError(
            diagnostics: sorted.map(\.element),
            unlisted: unlisted,
            subject: source.subject
        )
    }
}
