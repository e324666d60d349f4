import Foundation

/// A file of a recording that only grows, and how long it is.
final class AppendedFile {
    let name: String
    private let handle: FileHandle
    private(set) var length: UInt64

    /// `keeping`: bytes of it that stay, of a run that goes on; what is behind them is cut off. nil: it is new.
    init(_ file: URL, keeping: UInt64? = nil) throws {
        name = file.lastPathComponent
        let isThere = FileManager.default.fileExists(atPath: file.path)
        guard keeping != nil && isThere || FileManager.default.createFile(atPath: file.path, contents: nil),
            let handle = FileHandle(forUpdatingAtPath: file.path)
        else {
            throw RunFolderError(code: "run.write", message: "cannot create \(file.path); is the disk full?")
        }
        self.handle = handle
        length = keeping ?? 0
        if keeping != nil { try handle.truncate(atOffset: length) }
        try handle.seekToEnd()
    }

    func append(_ bytes: some DataProtocol) throws {
        try handle.write(contentsOf: bytes)
        length += UInt64(bytes.count)
    }

    func synchronize() throws { try handle.synchronize() }
}
