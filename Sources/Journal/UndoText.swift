import Foundation
package import Undoing

/// An undo as JSON, keys sorted, so that equal values are equal texts.
package enum UndoText {
    package static func encode(_ undo: Undo) throws(JournalError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(undo), as: UTF8.self)
        } catch {
            throw JournalError(.unwritable, "\(undo.text) cannot be written down: \(error)")
        }
    }

    /// Nil for a text that no Undo of this version writes.
    package static func decode(_ text: String) -> Undo? {
        try? JSONDecoder().decode(Undo.self, from: Data(text.utf8))
    }
}
