import { EditorView } from '@codemirror/view'

/**
 * Browsers keep the look of what is typed over by a style attribute of their own, which the content security policy refuses with an error; so
 * the editor replaces the selection itself.
 */
export const typedOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== 'insertText' || event.data === null || event.isComposing || view.state.selection.main.empty) return false
    event.preventDefault()
    view.dispatch({ ...view.state.replaceSelection(event.data), userEvent: 'input.type', scrollIntoView: true })
    return true
  },
})
