import Glibc
import LinuxSystem
import Testing

@Suite("Descriptors and errors")
struct DescriptorTests {
    @Test("an owner closes its descriptor when it ends, and only then")
    func closes() throws {
        var number: Int32 = -1
        do {
            let owner = try OwnedDescriptor(opening: "/dev/null", flags: O_RDONLY)
            number = owner.number
            #expect(fcntl(number, F_GETFD) & FD_CLOEXEC == FD_CLOEXEC)
        }
        // Another test's thread may have taken the number meanwhile; then it is not /dev/null any more, or a new one.
        let text = (try? readlink("/proc/self/fd/\(number)")) ?? ""
        #expect(text != "/dev/null" || fcntl(number, F_GETFD) == -1)
    }

    @Test("a released descriptor stays open")
    func released() throws {
        let number = try OwnedDescriptor(opening: "/dev/null", flags: O_RDONLY).release()
        #expect(fcntl(number, F_GETFD) >= 0)
        close(number)
    }

    @Test("a failed call says what was tried, and the kernel's words")
    func words() {
        let error = #expect(throws: SystemError.self) {
            _ = try OwnedDescriptor(opening: "/nowhere/at/all", flags: O_RDONLY)
        }
        #expect(error?.errno == ENOENT)
        #expect(error?.message == "open /nowhere/at/all: No such file or directory (errno 2)")
        #expect(error?.code == "system.errno-2")
    }

    @Test("an interrupted call is made again, any other failure is not")
    func interrupted() throws {
        var calls = 0
        let result = try SystemError.check("trial") { () -> Int32 in
            calls += 1
            if calls < 3 {
                errno = EINTR
                return -1
            }
            return 7
        }
        #expect(result == 7)
        #expect(calls == 3)
        calls = 0
        #expect(throws: SystemError("trial", errno: EBADF)) {
            try SystemError.check("trial") { () -> Int32 in
                calls += 1
                errno = EBADF
                return -1
            }
        }
        #expect(calls == 1)
    }

    private func readlink(_ path: String) throws -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        let count = try SystemError.check("readlink") { Glibc.readlink(path, &buffer, buffer.count) }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
