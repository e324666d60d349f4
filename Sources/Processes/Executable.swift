import Glibc

/// Finds the file behind a command's first argument, as a shell would, and says why when there is none.
enum Executable {
    static let usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    static func find(for command: Command) throws(ProcessError) -> String {
        guard let name = command.arguments.first, !name.isEmpty else {
            throw ProcessError(
                .notFound,
                "The command is empty. Write the program to start, such as \"nginx -c …\"."
            )
        }
        if name.utf8.contains(0x2f) {
            let path = name.hasPrefix("/") ? name : (command.directory.map { $0 + "/" } ?? "") + name
            return try check(path, name: name)
        }
        let search = command.environment["PATH"] ?? usualPath
        var refused: String?
        for folder in search.split(separator: ":") {
            let path = "\(folder)/\(name)"
            if isProgram(path) { return path }
            if refused == nil, access(path, F_OK) == 0 { refused = path }
        }
        if let refused { return try check(refused, name: name) }
        throw ProcessError(
            .notFound,
            "Cannot start \"\(name)\": not found in PATH (\(search)). Install the package that has it "
                + "(apt-file search bin/\(name)), or write its full path.",
            errorNumber: ENOENT
        )
    }

    private static func check(_ path: String, name: String) throws(ProcessError) -> String {
        if isProgram(path) { return path }
        guard access(path, F_OK) == 0 else {
            throw ProcessError(
                .notFound,
                "Cannot start \"\(name)\": there is no file \(path). Check the path, or install the program.",
                errorNumber: ENOENT
            )
        }
        throw ProcessError(
            .notExecutable,
            "Cannot start \"\(name)\": \(path) is not an executable file. Try: chmod +x \(path)",
            errorNumber: EACCES
        )
    }

    private static func isProgram(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        return access(path, X_OK) == 0
    }
}
