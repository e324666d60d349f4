import LinuxSystem
import Testing

@Suite("Where a kernel comes from")
struct KernelHomeTests {
    @Test(
        "is told by os-release, by the kernel's name, and by a container's marks",
        arguments: [
            ("ID=debian\nVERSION_ID=\"13\"\n", "6.12.1-amd64", false, KernelHome.debian),
            ("NAME=\"Ubuntu\"\nID_LIKE=debian\nID=ubuntu\n", "6.8.0-41-generic", false, .ubuntu),
            ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", "5.14.0-427.el9", false, .redHat),
            ("ID=linuxmint\nID_LIKE='ubuntu debian'", "6.8.0", false, .ubuntu),
            ("ID=alpine\n", "6.6.49-0-virt", false, .alpine),
            ("ID=ubuntu\n", "5.15.153.1-microsoft-standard-WSL2", false, .windows),
            ("ID=alpine\n", "6.12.1-amd64", true, .container),
            ("ID=arch\n", "6.10.8-arch1-1", false, .other), ("", "", false, .other),
        ]
    )
    func home(osRelease: String, kernel: String, isContainer: Bool, expected: KernelHome) {
        #expect(KernelHome(osRelease: osRelease, kernel: kernel, isContainer: isContainer) == expected)
    }

    @Test("has a remedy that names every module", arguments: KernelHome.allCases)
    func remedy(home: KernelHome) {
        let remedy = home.remedy(modules: ["sch_netem", "veth"])
        #expect(remedy.contains("modprobe -a sch_netem veth"))
    }
}
