Attribute VB_Name = "TianbaoRibbon"
Option Explicit

' What the ribbon calls. LibreOffice does not know IRibbonControl, so the control comes as an object; it drops a Sub
' that is written in one line, so each has its End Sub below.
Public Sub TianbaoValidate(control As Object)
    TianbaoLaunch "validate"
End Sub

Public Sub TianbaoNext(control As Object)
    TianbaoLaunch "next"
End Sub

Public Sub TianbaoClear(control As Object)
    TianbaoLaunch "clear"
End Sub

Public Sub TianbaoHelp(control As Object)
    TianbaoLaunch "help"
End Sub

' The same without a control: for a key, the macro list and LibreOffice.
Public Sub TianbaoPressValidate()
    TianbaoLaunch "validate"
End Sub

Public Sub TianbaoPressNext()
    TianbaoLaunch "next"
End Sub

Public Sub TianbaoPressClear()
    TianbaoLaunch "clear"
End Sub

Public Sub TianbaoPressHelp()
    TianbaoLaunch "help"
End Sub
