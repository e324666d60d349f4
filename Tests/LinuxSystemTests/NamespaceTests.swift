import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite("Network namespaces", .requires(.networkNamespaces))
struct NamespaceTests {
    @Test(
        "a named namespace is another one, lists under its name, and is gone after delete; twice is no error"
    )
    func life() throws {
        let name = "fl-test-\(getpid())-life"
        let namespace = try NetworkNamespace.create(named: name)
        defer { _ = try? namespace.delete() }
        #expect(try namespace.inode() != NetworkNamespace.current.inode())
        #expect(try NetworkNamespace.list(prefix: name) == [namespace])
        #expect(namespace.name == name)
        let error = #expect(throws: SystemError.self) { try NetworkNamespace.create(named: name) }
        #expect(error?.errno == EEXIST)
        // The refusal left the first one alone.
        #expect(try namespace.inode() != NetworkNamespace.current.inode())
        #expect(try namespace.delete())
        #expect(try !namespace.delete())
        #expect(try NetworkNamespace.list(prefix: name) == [])
    }

    @Test("inside is inside, the caller stays outside, and results and errors come out")
    func inside() throws {
        let namespace = try NetworkNamespace.create(named: "fl-test-\(getpid())-inside")
        defer { _ = try? namespace.delete() }
        let outside = try NetworkNamespace.current.inode()
        #expect(try namespace.inside { try NetworkNamespace.current.inode() } == namespace.inode())
        #expect(try NetworkNamespace.current.inode() == outside)
        #expect(throws: SystemError("trial", errno: EIO)) {
            try namespace.inside { throw SystemError("trial", errno: EIO) }
        }
    }

    @Test("a fresh namespace is neither the caller's nor another fresh one's")
    func fresh() throws {
        let outside = try NetworkNamespace.current.inode()
        // Two at a time, since a number may be used again when the first is gone.
        let (first, second) = try NetworkNamespace.insideFresh {
            let inner = try NetworkNamespace.insideFresh { try NetworkNamespace.current.inode() }
            return (try NetworkNamespace.current.inode(), inner)
        }
        #expect(Set([outside, first, second]).count == 3)
    }

    @Test(
        "a name that would leave the folder is refused",
        arguments: ["", "..", ".", "a/b", "../../tmp/x", String(repeating: "x", count: 201)]
    )
    func names(name: String) {
        #expect(throws: SystemError.self) { try NetworkNamespace.create(named: name) }
    }

    @Test("a namespace that does not exist cannot be entered")
    func absent() {
        let error = #expect(throws: SystemError.self) {
            try NetworkNamespace(named: "fl-test-absent").inside { 1 }
        }
        #expect(error?.errno == ENOENT)
    }
}
