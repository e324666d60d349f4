import Foundation
import GRDB

enum Foreign {
    /// A database that somebody else made.
    static func make(_ file: URL) throws {
        let queue = try DatabaseQueue(path: file.path)
        try queue.write { try $0.execute(sql: "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)") }
        try queue.close()
    }
}
