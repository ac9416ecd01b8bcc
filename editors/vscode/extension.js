// Starts `kdsl lsp`. Without vscode-languageclient (a plain copy of this folder, no `npm install`), colours and snippets still work.
'use strict';

const vscode = require('vscode');

let client;

function serverOptions() {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const path = vscode.workspace.getConfiguration('kdsl').get('server.path', 'kdsl').replaceAll('${workspaceFolder}', folder);
  return path.endsWith('.dll') ? { command: 'dotnet', args: [path, 'lsp'] } : { command: path, args: ['lsp'] };
}

async function start() {
  let languageClient;
  try {
    languageClient = require('vscode-languageclient/node');
  } catch {
    vscode.window.showWarningMessage('KernelDsl: vscode-languageclient is not installed, so there are colours and snippets only. Run npm install in the extension\'s folder.');
    return;
  }

  client = new languageClient.LanguageClient('kdsl', 'KernelDsl', serverOptions(), {
    documentSelector: [{ language: 'kdsl' }],
  });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    vscode.window.showErrorMessage(`KernelDsl: the language server does not start (setting kdsl.server.path): ${error.message ?? error}`);
  }
}

async function stop() {
  const old = client;
  client = undefined;
  await old?.stop();
}

async function restart() {
  await stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand('kdsl.restartServer', restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('kdsl.server.path')) {
        restart();
      }
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
