@rem Stands in for the exec of POSIX shells where npm runs scripts with cmd.exe, which finds it in this folder.
@%*
