import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite("Small files")
struct FileTests {
    @Test("what was written is read; a replaced file keeps nothing of the old one; no temporary is left")
    func roundTrip() throws {
        try withFolder { folder in
            let path = "\(folder)/file"
            try FileContents.writeAtomically(Array("a longer text".utf8), to: path)
            try FileContents.writeAtomically([1, 2, 3], to: path, sync: false)
            #expect(try FileContents.read(path) == [1, 2, 3])
            #expect(try Directory.entries(folder) == ["file"])
        }
    }

    @Test("a write that fails leaves the old file and no temporary")
    func failure() throws {
        try withFolder { folder in
            try Directory.make("\(folder)/taken/by/folders")
            #expect(throws: SystemError.self) {
                try FileContents.writeAtomically([1], to: "\(folder)/taken")
            }
            #expect(try Directory.entries(folder) == ["taken"])
        }
    }

    @Test("more than the limit is an error and not a cut; exactly the limit is read")
    func limit() throws {
        try withFolder { folder in
            let path = "\(folder)/file"
            try FileContents.writeAtomically([UInt8](repeating: 7, count: 20_000), to: path, sync: false)
            #expect(try FileContents.read(path, limit: 20_000).count == 20_000)
            #expect(throws: SystemError.self) { try FileContents.read(path, limit: 19_999) }
        }
    }

    @Test("files of /proc, which say that they are empty, are read whole")
    func proc() throws {
        #expect(try FileContents.text("/proc/self/status").contains("\nPid:\t\(getpid())\n"))
    }
}
