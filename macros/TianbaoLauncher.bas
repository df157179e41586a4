Attribute VB_Name = "TianbaoLauncher"
Option Explicit

' Starts the program and does not wait for it; what a button does is written in Python.

Private Const PATH_FILE As String = "tianbao-path.txt"

Public Sub TianbaoLaunch(ByVal button As String)
    On Error GoTo NotStarted
    StartHidden Quoted(Program()) & " addin press " & button & _
        " --book " & Quoted(BookName()) & " --window " & WindowHandle()
    Exit Sub
NotStarted:
    MsgBox TianbaoNotStarted(), vbExclamation
End Sub

' VBA sources have no Chinese: the sentence stands in a cell of the add-in.
Public Function TianbaoNotStarted() As String
    TianbaoNotStarted = "Tianbao was not started: it was not found, or security software stopped it. " & _
        "The checks in the workbook work without it."
    On Error Resume Next
    TianbaoNotStarted = ThisWorkbook.Names("tianbao_not_started").RefersToRange.Value
End Function

' WScript.Shell passes Chinese on as it is; VBA's own Shell would put it through the code page.
Private Sub StartHidden(ByVal task As String)
    If Environ("OS") = "Windows_NT" Then
        CreateObject("WScript.Shell").Run task, vbHide, False
    Else
        Shell task, vbHide
    End If
End Sub

Private Function Program() As String
    Dim found As String
    found = Environ("TIANBAO_EXE")
    If found = "" Then found = FirstLine(ThisWorkbook.Path & Application.PathSeparator & PATH_FILE)
    If found = "" Then found = "tianbao"
    Program = found
End Function

Private Function FirstLine(ByVal path As String) As String
    Dim stream As Integer, text As String
    On Error Resume Next
    stream = FreeFile
    Open path For Input As #stream
    Line Input #stream, text
    Close #stream
    FirstLine = Trim(text)
End Function

' Blank where no workbook is active, as in Protected View: the program then says so. LibreOffice leaves the folder out
' of the full name.
Private Function BookName() As String
    Dim full As String
    On Error Resume Next
    full = ActiveWorkbook.FullName
    If full = ActiveWorkbook.Name And ActiveWorkbook.Path <> "" Then
        full = ActiveWorkbook.Path & Application.PathSeparator & full
    End If
    BookName = full
End Function

' 0 where the application has no window handle, as in LibreOffice.
Private Function WindowHandle() As String
    Dim host As Object
    WindowHandle = "0"
    On Error Resume Next
    Set host = Application
    WindowHandle = CStr(host.Hwnd)
End Function

Private Function Quoted(ByVal text As String) As String
    Quoted = Chr(34) & Replace(text, Chr(34), Chr(34) & Chr(34)) & Chr(34)
End Function
