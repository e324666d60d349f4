package import Measures

/// Why the journal cannot be relied on.
package struct JournalError: ReadableError, Equatable {
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        package let description: String

        /// The file's contents are not what was written; it was moved aside, not deleted.
        package static let damaged = Code(description: "journal.damaged")
        /// Some other program's database, which was left as it is.
        package static let foreign = Code(description: "journal.foreign")
        /// Written by a later version of Faultline.
        package static let newer = Code(description: "journal.newer")
        package static let busy = Code(description: "journal.busy")
        package static let unwritable = Code(description: "journal.unwritable")
        /// The same id was recorded with another content.
        package static let conflict = Code(description: "journal.conflict")
    }

    package let kind: Code
    package let message: String
    /// What SQLite said.
    package let cause: String

    package var code: String { kind.description }
    package var exitCode: ExitCode { .agentFailed }

    package init(_ kind: Code, _ message: String, cause: String = "") {
        self.kind = kind
        self.message = message
        self.cause = cause
    }
}
